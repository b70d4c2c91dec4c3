import { createHash, type Hash } from 'node:crypto';
import type { Measure } from './staged-file.ts';

/** A zip as it was written: besides its own measure that of the parts it will be sent in, sha256 in base64. */
export type PackedZip = Measure & { partBytes: number; parts: readonly string[] };

/** Counts and hashes what is written, whole and in parts, so that nothing need be hashed again to be sent. */
export function measureZip(partBytes: number): { update(chunk: Uint8Array): void; result(): PackedZip } {
  const whole = createHash('sha256');
  const parts: string[] = [];
  let part: Hash | undefined;
  let room = partBytes;
  let size = 0;
  const endPart = (): void => {
    if (part) parts.push(part.digest('base64'));
    part = undefined;
    room = partBytes;
  };
  return {
    update(chunk) {
      whole.update(chunk);
      size += chunk.length;
      for (let rest = chunk; rest.length > 0; ) {
        const piece = rest.subarray(0, room);
        part ??= createHash('sha256');
        part.update(piece);
        room -= piece.length;
        if (room === 0) endPart();
        rest = rest.subarray(piece.length);
      }
    },
    result() {
      endPart();
      return { size, sha256: whole.digest('hex'), partBytes, parts };
    },
  };
}
