import { chunkText, isPlainAscii, type LogChunk, lineAtOffset, startOf } from './log-chunk.ts';
import { plain } from './sanitise.ts';

/** Says which lines are looked for, in ways fit for many lines at once. */
export type LineMatcher = {
  /** A line of plain text, without colours. */
  matches(line: string): boolean;
  /** Set where exactly the lines that hold this ASCII text match. */
  word?: { text: string; bytes: Buffer } | undefined;
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

/** Text looked at in one go; a pattern may be slow. */
const sliceBytes = { word: 64 * 1024, pattern: 32 * 1024 };
/** Hits after which, where they lie close together, a search through bytes gives way: each costs a call out of V8. */
const manyHits = 16;
const closeTogether = 1024;

/** Looks at some more lines of a chunk, `from` on; adds those that match, answers where to go on. */
export function scanSlice(chunk: LogChunk, from: number, matcher: LineMatcher, hits: LineHits): number {
  const end = startOf(chunk, from) + sliceBytes[matcher.word ? 'word' : 'pattern'];
  const to = end >= chunk.used ? chunk.count : Math.max(from + 1, lineAtOffset(chunk, end, from));
  reserve(hits, to - from);
  const { word, inText } = matcher;
  if (!inText) scanOneByOne(chunk, from, to, matcher, hits);
  else if (!isPlainAscii(chunk, from, to)) scanDecoded(chunk, from, to, matcher, inText, hits);
  else if (word) scanWord(chunk, from, to, word, hits);
  else scanAscii(chunk, from, to, matcher, inText, hits);
  return to;
}

type Word = NonNullable<LineMatcher['word']>;

function scanWord(chunk: LogChunk, from: number, to: number, word: Word, hits: LineHits): void {
  const bytes = chunk.bytes.subarray(0, startOf(chunk, to));
  const start = startOf(chunk, from);
  const before = hits.length;
  let index = from;
  for (let offset = start; offset < bytes.length; offset = startOf(chunk, index)) {
    offset = bytes.indexOf(word.bytes, offset);
    if (offset === -1) return;
    index = lineAtOffset(chunk, offset, index);
    hits.indices[hits.length++] = index++;
    const found = hits.length - before;
    if (found > manyHits && offset - start < found * closeTogether) break;
  }
  if (index < to) scanFrequentWord(chunk, index, to, word, hits);
}

function scanFrequentWord(chunk: LogChunk, from: number, to: number, word: Word, hits: LineHits): void {
  const start = startOf(chunk, from);
  const text = chunkText(chunk, from, to);
  let index = from;
  for (let at = 0; at < text.length; at = startOf(chunk, index) - start) {
    at = text.indexOf(word.text, at);
    if (at === -1) return;
    index = lineAtOffset(chunk, start + at, index);
    hits.indices[hits.length++] = index++;
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
  let index = from;
  pattern.lastIndex = 0;
  // `test` alone tells where a match ends, which is on the same line, and makes no object for it.
  while (pattern.test(text)) {
    index = lineAtOffset(chunk, start + pattern.lastIndex, index);
    if (!matcher.isCoarse || matcher.matches(chunkText(chunk, index, index + 1))) {
      hits.indices[hits.length++] = index;
    }
    const next = startOf(chunk, ++index) - start;
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
