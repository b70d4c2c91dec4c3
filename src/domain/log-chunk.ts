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
/** Lines written in one go where all of them are plain; a call a line costs more than the copy. */
const groupSize = 64;
const lineFeed = 0x0a;
const notPlainAscii = /[^\x20-\x7e]/;
const notPlainAsciiLines = /[^\x20-\x7e\n]/;

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
    const group = lines.slice(at, at + groupSize);
    const taken = appendPlain(chunk, group) ? group.length : appendOneByOne(chunk, group);
    at += taken;
    if (taken < group.length) break;
  }
  return at - from;
}

/** False, and nothing changed, where the lines are not all plain ASCII or do not fit. */
function appendPlain(chunk: LogChunk, lines: readonly LogLine[]): boolean {
  let text = '';
  for (const line of lines) text += `${line.text}\n`;
  if (text.length > chunk.bytes.length - chunk.used || chunk.count + lines.length > mostLines) return false;
  if (notPlainAsciiLines.test(text)) return false;
  reserve(chunk, chunk.count + lines.length);
  chunk.bytes.write(text, chunk.used, 'latin1');
  for (const line of lines) {
    chunk.starts[chunk.count] = chunk.used;
    chunk.times[chunk.count] = line.timestamp;
    chunk.count++;
    chunk.used += line.text.length + 1;
  }
  return true;
}

function appendOneByOne(chunk: LogChunk, lines: readonly LogLine[]): number {
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (!line || !appendLine(chunk, line)) return index;
  }
  return lines.length;
}

function appendLine(chunk: LogChunk, line: LogLine): boolean {
  const { text } = line;
  const room = chunk.bytes.length - chunk.used - 1;
  if (text.length > room || chunk.count === mostLines) return false;
  const isPlain = !notPlainAscii.test(text);
  // A UTF-16 unit takes at most three bytes; only near the end of the chunk must they be counted.
  if (!isPlain && text.length * 3 > room && Buffer.byteLength(text) > room) return false;
  reserve(chunk, chunk.count + 1);
  chunk.starts[chunk.count] = chunk.used;
  chunk.times[chunk.count] = line.timestamp;
  if (!isPlain) chunk.odd.push(chunk.count);
  chunk.count++;
  chunk.used += chunk.bytes.write(text, chunk.used, isPlain ? 'latin1' : 'utf8');
  chunk.bytes[chunk.used++] = lineFeed;
  return true;
}

function reserve(chunk: LogChunk, lines: number): void {
  if (lines > chunk.starts.length) resize(chunk, Math.max(lines, chunk.starts.length * 2));
}

/** Gives back what a full chunk has left over. */
export function sealChunk(chunk: LogChunk): void {
  resize(chunk, chunk.count);
  if (chunk.used > chunk.bytes.length * 0.9) return;
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

/** Index of the line that holds the byte at `offset`. */
export function lineAtOffset(chunk: LogChunk, offset: number): number {
  return Math.max(0, lowerBound(chunk.starts, offset + 1, chunk.count) - 1);
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
