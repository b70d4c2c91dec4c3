import { constants, deflateRaw, deflateRawSync } from 'node:zlib';

/** Bytes compressed at a time, each by a thread of its own. */
export const blockBytes = 256 * 1024;
/** How far deflate looks back. */
export const windowBytes = 32 * 1024;

const level = 6;
/** A stored block of deflate holds no more. */
const mostStored = 0xffff;
/** What is looked at to tell whether a block shrinks at all. */
const sampleBytes = 4 * 1024;

/**
 * Compresses one block of a deflate stream that others precede and follow, as pigz does: `before` is what stood right
 * before it, which it may refer to, and all but the last end on a byte's edge. What does not shrink, by a sample of it
 * or when tried, becomes stored blocks. The same input gives the same bytes under the same zlib.
 * @returns pieces to be written one after the other; they may lie in `block`.
 */
export async function deflateBlock(
  block: Uint8Array,
  before: Uint8Array,
  isLast: boolean,
): Promise<Uint8Array[]> {
  if (!seemsToShrink(block)) return storedBlocks(block, isLast);
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  // One piece of output: what is allocated is what it can have at most, nearly.
  const options = { level, finishFlush, chunkSize: block.length + 1024 };
  const deflated = await new Promise<Buffer>((resolve, reject) =>
    deflateRaw(block, before.length > 0 ? { ...options, dictionary: before } : options, (error, result) =>
      error ? reject(error) : resolve(result),
    ),
  );
  const stored = storedBlocks(block, isLast);
  return deflated.length < lengthOf(stored) ? [deflated] : stored;
}

/** What is compressed or encrypted already costs as much time as anything else, for nothing. */
function seemsToShrink(block: Uint8Array): boolean {
  if (block.length < 4 * sampleBytes) return true;
  const from = Math.floor((block.length - sampleBytes) / 2);
  // As small as it goes: one is made for every sample, and its memory comes back late.
  const options = { level: 1, memLevel: 4, windowBits: 12, chunkSize: sampleBytes + 64 };
  const isSmaller = (sample: Uint8Array) => deflateRawSync(sample, options).length < sample.length;
  return isSmaller(block.subarray(from, from + sampleBytes)) || isSmaller(block.subarray(0, sampleBytes));
}

/** The bytes as they are, in blocks of deflate's own. */
function storedBlocks(bytes: Uint8Array, isLast: boolean): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length || from === 0; from += mostStored) {
    const data = bytes.subarray(from, from + mostStored);
    const header = Buffer.alloc(5);
    header[0] = isLast && from + mostStored >= bytes.length ? 1 : 0;
    header.writeUInt16LE(data.length, 1);
    header.writeUInt16LE(~data.length & mostStored, 3);
    pieces.push(header, data);
  }
  return pieces;
}

export function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
