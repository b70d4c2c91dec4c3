import type { Processor } from './binary-format.ts';

export type ElfFormat = {
  kind: 'elf';
  bits: 32 | 64;
  processor: Processor;
  /** By the OS/ABI byte; `Linux` also for the general System V one, which Linux programs carry. */
  system: string;
  type: 'program' | 'object file' | 'core dump' | 'file';
};

/** e_machine, of the System V ABI. */
const machines: Readonly<Record<number, Processor>> = {
  3: 'i386',
  8: 'mips',
  20: 'powerpc',
  21: 'powerpc',
  22: 's390x',
  40: 'arm',
  62: 'x86-64',
  183: 'aarch64',
  243: 'riscv',
  258: 'loongarch',
};

const systems: Readonly<Record<number, string>> = {
  0: 'Linux',
  1: 'HP-UX',
  2: 'NetBSD',
  3: 'Linux',
  6: 'Solaris',
  7: 'AIX',
  9: 'FreeBSD',
  12: 'OpenBSD',
};

const types: Readonly<Record<number, ElfFormat['type']>> = {
  1: 'object file',
  2: 'program',
  // Programs that may lie anywhere in memory, too, and nearly all are such.
  3: 'program',
  4: 'core dump',
};

/** The header of an ELF file; undefined for anything else, and for less than its first 20 bytes. */
export function readElf(head: Uint8Array): ElfFormat | undefined {
  if (head.length < 20) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [size, order] = [head[4], head[5]];
  const isElf = view.getUint32(0) === 0x7f454c46;
  if (!isElf || (size !== 1 && size !== 2) || (order !== 1 && order !== 2)) return undefined;
  const isLittle = order === 1;
  const machine = view.getUint16(18, isLittle);
  const system = head[7] ?? 0;
  return {
    kind: 'elf',
    bits: size === 1 ? 32 : 64,
    processor: isLittleOnly(machine) && !isLittle ? `processor ${machine}` : processorOf(machine),
    system: systems[system] ?? `system ${system}`,
    type: types[view.getUint16(16, isLittle)] ?? 'file',
  };
}

const processorOf = (machine: number): Processor => machines[machine] ?? `processor ${machine}`;

/** An x86 in big-endian order does not exist: whatever this is, it is for no such machine. */
const isLittleOnly = (machine: number) => machine === 3 || machine === 62;
