/** The headers of executables as linkers write them, with nothing behind: no machine could run them. */

type Elf = { machine: number; bits?: 32 | 64; big?: boolean; abi?: number; type?: number };

export function elf({ machine, bits = 64, big = false, abi = 0, type = 3 }: Elf): Buffer {
  const bytes = Buffer.alloc(bits === 64 ? 64 : 52);
  bytes.write('\u007fELF', 0, 'latin1');
  bytes[4] = bits === 64 ? 2 : 1;
  bytes[5] = big ? 2 : 1;
  bytes[6] = 1;
  bytes[7] = abi;
  const put = (value: number, at: number) =>
    big ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
  put(type, 16);
  put(machine, 18);
  return bytes;
}

export const macCpu = { x86_64: 0x0100_0007, arm64: 0x0100_000c } as const;

export function machO(cpu: number, { big = false, type = 2 } = {}): Buffer {
  const bytes = Buffer.alloc(32);
  const put = (value: number, at: number) =>
    big ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  put(0xfeedfacf, 0);
  put(cpu, 4);
  put(type, 12);
  return bytes;
}

export function universal(cpus: readonly number[], { wide = false } = {}): Buffer {
  const size = wide ? 32 : 20;
  const bytes = Buffer.alloc(8 + size * cpus.length);
  bytes.writeUInt32BE(wide ? 0xcafebabf : 0xcafebabe, 0);
  bytes.writeUInt32BE(cpus.length, 4);
  for (const [index, cpu] of cpus.entries()) bytes.writeUInt32BE(cpu, 8 + index * size);
  return bytes;
}

type Pe = { machine?: number; subsystem?: number; dll?: boolean; at?: number };

export function pe({ machine = 0x8664, subsystem = 3, dll = false, at = 0x80 }: Pe = {}): Buffer {
  const bytes = Buffer.alloc(at + 24 + 240);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(at, 0x3c);
  bytes.write('PE\0\0', at, 'latin1');
  bytes.writeUInt16LE(machine, at + 4);
  bytes.writeUInt16LE(240, at + 20);
  bytes.writeUInt16LE(0x22 | (dll ? 0x2000 : 0), at + 22);
  bytes.writeUInt16LE(0x20b, at + 24);
  bytes.writeUInt16LE(subsystem, at + 24 + 68);
  return bytes;
}
