import { chunkText, isPlainAscii, type LogChunk, lineAtOffset, startOf } from './log-chunk.ts';
import { plain } from './sanitise.ts';

/** Says which lines are looked for, in ways fit for many lines at once. */
export type LineMatcher = {
  /** A line of plain text, without colours. */
  matches(line: string): boolean;
  /** Set where exactly the lines that hold these ASCII bytes match. */
  bytes?: Buffer | undefined;
  /**
   * Global; finds something in every line that matches, also where lines are joined by line feeds, and never across
   * one. Undefined: there is no such pattern, and lines must be looked at one by one.
   */
  inText?: RegExp | undefined;
  /** Whether a line that `inText` finds something in must still be asked `matches`. */
  isCoarse?: boolean;
};

/** Indices of lines within a chunk, ascending. */
export type LineHits = { indices: Uint16Array; length: number };

/** Text looked at in one go. A pattern can be slow, bytes cannot. */
const bytesInOneGo = 256 * 1024;
const textInOneGo = 32 * 1024;

/** Looks at some more lines of a chunk, `from` on; adds those that match, answers where to go on. */
export function scanSlice(chunk: LogChunk, from: number, matcher: LineMatcher, hits: LineHits): number {
  const size = matcher.bytes ? bytesInOneGo : textInOneGo;
  const start = startOf(chunk, from);
  const to = start + size >= chunk.used ? chunk.count : Math.max(from + 1, lineAtOffset(chunk, start + size));
  reserve(hits, to - from);
  const isAscii = isPlainAscii(chunk, from, to);
  if (isAscii && matcher.bytes) scanBytes(chunk, from, to, matcher.bytes, hits);
  else if (!matcher.inText) scanOneByOne(chunk, from, to, matcher, hits);
  else if (isAscii) scanAscii(chunk, from, to, matcher, matcher.inText, hits);
  else scanDecoded(chunk, from, to, matcher, matcher.inText, hits);
  return to;
}

function scanBytes(chunk: LogChunk, from: number, to: number, wanted: Buffer, hits: LineHits): void {
  const bytes = chunk.bytes.subarray(0, startOf(chunk, to));
  let offset = startOf(chunk, from);
  for (;;) {
    offset = bytes.indexOf(wanted, offset);
    if (offset === -1) return;
    const index = lineAtOffset(chunk, offset);
    hits.indices[hits.length++] = index;
    offset = startOf(chunk, index + 1);
    if (offset >= bytes.length) return;
  }
}

function scanAscii(
  chunk: LogChunk,
  from: number,
  to: number,
  matcher: LineMatcher,
  pattern: RegExp,
  hits: LineHits,
): void {
  const start = startOf(chunk, from);
  const text = chunkText(chunk, from, to);
  pattern.lastIndex = 0;
  // `test` alone tells where a match ends, which is on the same line, and makes no object for it.
  while (pattern.test(text)) {
    const index = lineAtOffset(chunk, start + pattern.lastIndex);
    const next = startOf(chunk, index + 1) - start;
    if (!matcher.isCoarse || matcher.matches(chunkText(chunk, index, index + 1))) {
      hits.indices[hits.length++] = index;
    }
    if (next > text.length) break;
    pattern.lastIndex = next;
  }
  pattern.lastIndex = 0;
}

function scanDecoded(
  chunk: LogChunk,
  from: number,
  to: number,
  matcher: LineMatcher,
  pattern: RegExp,
  hits: LineHits,
): void {
  const text = plain(chunkText(chunk, from, to));
  let index = from;
  let start = 0;
  pattern.lastIndex = 0;
  while (pattern.test(text)) {
    let end = endOfLine(text, start);
    while (end < pattern.lastIndex) {
      index++;
      start = end + 1;
      end = endOfLine(text, start);
    }
    if (!matcher.isCoarse || matcher.matches(text.slice(start, end))) hits.indices[hits.length++] = index;
    if (end === text.length) break;
    pattern.lastIndex = start = end + 1;
    index++;
  }
  pattern.lastIndex = 0;
}

function scanOneByOne(chunk: LogChunk, from: number, to: number, matcher: LineMatcher, hits: LineHits): void {
  for (let index = from; index < to; index++) {
    if (matcher.matches(plain(chunkText(chunk, index, index + 1)))) hits.indices[hits.length++] = index;
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function reserve(hits: LineHits, more: number): void {
  const needed = hits.length + more;
  if (needed <= hits.indices.length) return;
  const indices = new Uint16Array(Math.max(needed, hits.indices.length * 2));
  indices.set(hits.indices.subarray(0, hits.length));
  hits.indices = indices;
}
