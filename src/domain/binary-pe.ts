import type { Processor } from './binary-format.ts';

export type PeFormat = {
  kind: 'pe';
  processor: Processor;
  type: 'console' | 'window' | 'driver' | 'dll';
};

/** Machine types of the PE format. */
const machines: Readonly<Record<number, Processor>> = {
  332: 'i386',
  452: 'arm',
  34404: 'x86-64',
  43620: 'aarch64',
};

const isDll = 0x2000;
const subsystems: Readonly<Record<number, PeFormat['type']>> = { 2: 'window', 3: 'console' };

/** Where the offset of the PE header stands, in the DOS header. */
const offsetAt = 0x3c;
/** From the PE header to the end of what is read of it: signature, file header, up to the subsystem. */
const needed = 4 + 20 + 70;

/** The headers of a Windows program; undefined for anything else, a DOS program, and headers cut short. */
export function readPe(head: Uint8Array): PeFormat | undefined {
  if (head.length < offsetAt + 4 || head[0] !== 0x4d || head[1] !== 0x5a) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const at = view.getUint32(offsetAt, true);
  if (at + needed > head.length || view.getUint32(at) !== 0x50450000) return undefined;
  const machine = view.getUint16(at + 4, true);
  const flags = view.getUint16(at + 22, true);
  const subsystem = view.getUint16(at + 24 + 68, true);
  return {
    kind: 'pe',
    processor: machines[machine] ?? `processor ${machine}`,
    type: (flags & isDll) !== 0 ? 'dll' : (subsystems[subsystem] ?? 'driver'),
  };
}
