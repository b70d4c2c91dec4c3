import type { Processor } from './binary-format.ts';

export type MachOFormat = {
  kind: 'mach-o';
  /** Each once, in the file's order. */
  processors: readonly Processor[];
  isUniversal: boolean;
  /** False for libraries, bundles and object files; of a universal one its first part decides nothing: true. */
  isProgram: boolean;
};

/** CPU types, with the bit for 64-bit ones. */
const cpus: Readonly<Record<number, Processor>> = {
  7: 'i386',
  12: 'arm',
  18: 'powerpc',
  16777223: 'x86-64',
  16777228: 'aarch64',
  16777234: 'powerpc',
};

const processorOf = (cpu: number): Processor => cpus[cpu] ?? `processor ${cpu}`;

/** A compiled Java class begins with the same four bytes, and has its version (45 and up) where this has its count. */
const mostParts = 20;
const executable = 2;

/** The header of a Mach-O file, thin or universal; undefined for anything else, and for a header cut short. */
export function readMachO(head: Uint8Array): MachOFormat | undefined {
  if (head.length < 8) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = view.getUint32(0);
  switch (magic) {
    case 0xfeedface:
    case 0xfeedfacf:
      return thin(view, false);
    case 0xcefaedfe:
    case 0xcffaedfe:
      return thin(view, true);
    case 0xcafebabe:
      return universal(view, 20);
    case 0xcafebabf:
      return universal(view, 32);
    default:
      return undefined;
  }
}

function thin(view: DataView, isLittle: boolean): MachOFormat | undefined {
  if (view.byteLength < 16) return undefined;
  return {
    kind: 'mach-o',
    processors: [processorOf(view.getUint32(4, isLittle))],
    isUniversal: false,
    isProgram: view.getUint32(12, isLittle) === executable,
  };
}

function universal(view: DataView, entrySize: number): MachOFormat | undefined {
  const count = view.getUint32(4);
  if (count === 0 || count > mostParts || view.byteLength < 8 + count * entrySize) return undefined;
  const cpuTypes = Array.from({ length: count }, (_, index) => view.getUint32(8 + index * entrySize));
  return {
    kind: 'mach-o',
    processors: [...new Set(cpuTypes.map(processorOf))],
    isUniversal: true,
    isProgram: true,
  };
}
