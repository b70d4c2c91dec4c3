import type { LogLine } from './log.ts';
import { lowerBound } from './sorted.ts';

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
  /** Indices of the lines with colours or text beyond ASCII, ascending: their bytes cannot be searched as they are. */
  odd: number[];
};

/** Bytes that a line takes beside its text: where it begins, and its time. */
const indexBytes = 12;
/** A chunk's line indices fit into 16 bits. */
const mostLines = 65_535;
/** Part of its room that a full chunk must fill; less is copied into just as much as it needs. */
const worthKeeping = 0.9;
const lineFeed = 0x0a;

/** @param lines how many it will presumably hold */
export function createChunk(first: number, size: number, lines = 1024): LogChunk {
  return {
    bytes: Buffer.allocUnsafeSlow(size),
    used: 0,
    first,
    count: 0,
    starts: new Uint32Array(lines),
    times: new Float64Array(lines),
    odd: [],
  };
}

/** Bytes a line takes in a chunk, all in all. */
export const costOfLine = (line: LogLine): number => Buffer.byteLength(line.text) + 1 + indexBytes;

/** Bytes a chunk takes, its free room included. */
export const costOfChunk = (chunk: LogChunk): number => chunk.bytes.length + chunk.count * indexBytes;

/** Appends lines from index `from` on, as many as fit; answers how many did. */
export function appendToChunk(chunk: LogChunk, lines: readonly LogLine[], from: number): number {
  let at = from;
  while (at < lines.length) {
    const run = runAt(chunk, lines, at);
    if (run > 1 && appendPlain(chunk, lines, at, run)) {
      at += run;
      continue;
    }
    for (const end = at + Math.max(1, run); at < end; at++) {
      const line = lines[at];
      if (!line || !appendLine(chunk, line)) return at - from;
    }
  }
  return at - from;
}

/** Characters written in one go: a call a line takes longer than what it writes. */
const longestRun = 65_536;
/** Bytes kept free behind a run: one that is cut off there by a longer character must not seem to be ASCII. */
const longestCharacter = 4;

/** How many lines from index `from` on fit into the chunk if all are plain ASCII, as far as they are written in one go. */
function runAt(chunk: LogChunk, lines: readonly LogLine[], from: number): number {
  const room = Math.min(chunk.bytes.length - chunk.used - longestCharacter, longestRun);
  const end = Math.min(lines.length, from + mostLinesIn(chunk) - chunk.count);
  let at = from;
  for (let length = 0; at < end; at++) {
    length += (lines[at]?.text.length ?? 0) + 1;
    if (length > room) break;
  }
  return at - from;
}

/** Appends so many lines at once if all of them are plain ASCII; answers whether they are. */
function appendPlain(chunk: LogChunk, lines: readonly LogLine[], from: number, count: number): boolean {
  let text = '';
  for (let at = from; at < from + count; at++) text += `${lines[at]?.text}\n`;
  // What is written is there only when it is counted. A byte a character is ASCII.
  if (chunk.bytes.write(text, chunk.used) !== text.length || text.includes('\x1b')) return false;
  if (chunk.count + count > chunk.starts.length)
    resize(chunk, Math.max(chunk.count + count, chunk.count * 2));
  for (let at = from; at < from + count; at++) {
    const line = lines[at];
    chunk.starts[chunk.count] = chunk.used;
    chunk.times[chunk.count] = line?.timestamp ?? 0;
    chunk.count++;
    chunk.used += (line?.text.length ?? 0) + 1;
  }
  return true;
}

/** Short lines fill a chunk by their number: what is kept of each must not outgrow the text. */
const mostLinesIn = ({ bytes }: LogChunk) => Math.min(mostLines, Math.floor(bytes.length / indexBytes) + 1);

function appendLine(chunk: LogChunk, line: LogLine): boolean {
  const { text } = line;
  const room = chunk.bytes.length - chunk.used - 1;
  if (text.length > room || chunk.count >= mostLinesIn(chunk)) return false;
  // A UTF-16 unit takes at most three bytes; only near the end of the chunk must they be counted.
  if (text.length * 3 > room && Buffer.byteLength(text) > room) return false;
  if (chunk.count === chunk.starts.length) resize(chunk, chunk.count * 2);
  const written = chunk.bytes.write(text, chunk.used);
  // A byte a character is ASCII: a quarter of the time that a look at each character takes.
  if (written !== text.length || text.includes('\x1b')) chunk.odd.push(chunk.count);
  chunk.starts[chunk.count] = chunk.used;
  chunk.times[chunk.count] = line.timestamp;
  chunk.count++;
  chunk.used += written;
  chunk.bytes[chunk.used++] = lineFeed;
  return true;
}

/** Gives back what a full chunk has left over. */
export function sealChunk(chunk: LogChunk): void {
  if (chunk.count < chunk.starts.length * worthKeeping) resize(chunk, chunk.count);
  if (chunk.used >= chunk.bytes.length * worthKeeping) return;
  const bytes = Buffer.allocUnsafeSlow(chunk.used);
  chunk.bytes.copy(bytes, 0, 0, chunk.used);
  chunk.bytes = bytes;
}

function resize(chunk: LogChunk, length: number): void {
  if (length === chunk.starts.length) return;
  const starts = new Uint32Array(length);
  const times = new Float64Array(length);
  starts.set(chunk.starts.subarray(0, Math.min(length, chunk.count)));
  times.set(chunk.times.subarray(0, Math.min(length, chunk.count)));
  chunk.starts = starts;
  chunk.times = times;
}

/** The line at `index` within the chunk. */
export function chunkLine(chunk: LogChunk, index: number): LogLine {
  return { timestamp: chunk.times[index] ?? 0, text: chunkText(chunk, index, index + 1) };
}

/** Lines `from` to `to` (exclusive) as one text, line feeds between them. */
export function chunkText(chunk: LogChunk, from: number, to: number): string {
  const encoding = isPlainAscii(chunk, from, to) ? 'latin1' : 'utf8';
  return chunk.bytes.toString(encoding, startOf(chunk, from), startOf(chunk, to) - 1);
}

/** Where a line begins; for the line after the last, where it will. */
export function startOf(chunk: LogChunk, index: number): number {
  return index < chunk.count ? (chunk.starts[index] ?? 0) : chunk.used;
}

/** Whether none of the lines `from` to `to` (exclusive) holds colours or text beyond ASCII. */
export function isPlainAscii(chunk: LogChunk, from: number, to: number): boolean {
  if (chunk.odd.length === 0) return true;
  return (chunk.odd[lowerBound(chunk.odd, from)] ?? to) >= to;
}

/**
 * Index of the line that holds the byte at `offset`.
 * @param from a line that does not lie behind it; the nearer, the faster
 */
export function lineAtOffset(chunk: LogChunk, offset: number, from = 0): number {
  const { starts, count } = chunk;
  let low = from;
  let step = 1;
  while (low + step < count && (starts[low + step] ?? 0) <= offset) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, count);
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** Index of the chunk that holds line `number`, the nearest one where none does. */
export function chunkIndexOf(chunks: readonly LogChunk[], number: number): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((chunks[middle]?.first ?? 0) <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}
