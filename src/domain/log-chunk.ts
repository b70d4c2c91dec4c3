import type { LogLine } from './log.ts';

/**
 * A run of log lines as bytes: UTF-8 with a line feed behind each, an offset and a time a line. Strings would take two
 * to three times as much, and a garbage collector that walks them.
 */
export type LogChunk = {
  bytes: Buffer;
  used: number;
  /** Number of its first line in the whole log. */
  first: number;
  count: number;
  /** Where each line begins; the line after the last begins at `used`. */
  starts: Uint32Array;
  times: Float64Array;
  /** Whether any line holds colours or text beyond ASCII: such bytes cannot be searched as they are. */
  isPlainAscii: boolean;
};

const lineFeed = 0x0a;
const notPlainAscii = /[^\x20-\x7e]/;

export function createChunk(first: number, size: number): LogChunk {
  return {
    bytes: Buffer.allocUnsafeSlow(size),
    used: 0,
    first,
    count: 0,
    starts: new Uint32Array(1024),
    times: new Float64Array(1024),
    isPlainAscii: true,
  };
}

/** Appends a line; false, and nothing changed, where it does not fit. */
export function appendToChunk(chunk: LogChunk, line: LogLine): boolean {
  const { text } = line;
  const room = chunk.bytes.length - chunk.used - 1;
  const isPlain = !notPlainAscii.test(text);
  if (text.length > room) return false;
  // A UTF-16 unit takes at most three bytes; only near the end of the chunk must they be counted.
  if (!isPlain && text.length * 3 > room && Buffer.byteLength(text) > room) return false;
  if (chunk.count === chunk.starts.length) grow(chunk, chunk.count * 2);
  chunk.starts[chunk.count] = chunk.used;
  chunk.times[chunk.count] = line.timestamp;
  chunk.count++;
  chunk.used += chunk.bytes.write(text, chunk.used, isPlain ? 'latin1' : 'utf8');
  chunk.bytes[chunk.used++] = lineFeed;
  if (!isPlain) chunk.isPlainAscii = false;
  return true;
}

/** Gives back what a full chunk has left over. */
export function sealChunk(chunk: LogChunk): void {
  grow(chunk, chunk.count);
}

/** The line at `index` within the chunk. */
export function chunkLine(chunk: LogChunk, index: number): LogLine {
  return { timestamp: chunk.times[index] ?? 0, text: chunkText(chunk, index) };
}

export function chunkText(chunk: LogChunk, index: number): string {
  const from = chunk.starts[index] ?? 0;
  const end = (index + 1 < chunk.count ? chunk.starts[index + 1] : chunk.used) ?? chunk.used;
  return chunk.bytes.toString(chunk.isPlainAscii ? 'latin1' : 'utf8', from, end - 1);
}

/** Index of the line that holds the byte at `offset`. */
export function lineAtOffset(chunk: LogChunk, offset: number): number {
  let low = 0;
  let high = chunk.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((chunk.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function grow(chunk: LogChunk, length: number): void {
  const starts = new Uint32Array(length);
  const times = new Float64Array(length);
  starts.set(chunk.starts.subarray(0, Math.min(length, chunk.count)));
  times.set(chunk.times.subarray(0, Math.min(length, chunk.count)));
  chunk.starts = starts;
  chunk.times = times;
}
