import type { LogLine } from './log.ts';
import { appendToChunk, chunkLine, createChunk, type LogChunk, sealChunk } from './log-chunk.ts';
import { announcementOf, isErrorLine } from './log-grammar.ts';
import { createFinder } from './log-search.ts';

const chunkBytes = 1024 * 1024;
/** Holds a million ordinary lines; the oldest go first beyond it. */
const defaultMaxBytes = 256 * chunkBytes;

export type LogBuffer = {
  /** Lines appended so far; the next line's number. */
  readonly count: number;
  /** Number of the oldest line still held: so many were dropped. */
  readonly first: number;
  /** Raised by every append that changed something. */
  readonly version: number;
  /** Bytes of text held, line ends included. */
  readonly bytes: number;
  /** Appends sanitised lines in the order given. */
  append(lines: readonly LogLine[]): void;
  /** The line of that number; undefined where it was dropped or is not there yet. */
  line(number: number): LogLine | undefined;
  /** Lines `from` to `to` (exclusive) as far as they are held. */
  slice(from: number, to: number): LogLine[];
  /** Where phases begin, in order; lines that were dropped are no longer among them. */
  phases(): readonly PhaseMark[];
  firstError(): number | undefined;
  /** Next error or beginning of a phase after (`1`) or before (`-1`) line `from`. */
  jump(to: 'error' | 'phase', from: number, direction: 1 | -1): number | undefined;
  /** Next line after or before `from` that holds `text`, whatever the case; colours do not count. */
  find(text: string, from: number, direction: 1 | -1): number | undefined;
};

export type PhaseMark = { line: number; phase: string };

/**
 * The log as a model outside any view: lines keep their number for good, also when the oldest are dropped to stay
 * within `maxBytes`; only lines asked for are decoded.
 */
export function createLogBuffer(options: { maxBytes?: number } = {}): LogBuffer {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const size = Math.max(1, Math.min(chunkBytes, Math.floor(maxBytes / 4)));
  const chunks: LogChunk[] = [];
  let errors: number[] = [];
  let phaseMarks: PhaseMark[] = [];
  let count = 0;
  let version = 0;

  const firstHeld = () => chunks[0]?.first ?? count;

  function appendLine(line: LogLine): void {
    let chunk = chunks.at(-1);
    if (!chunk || !appendToChunk(chunk, line)) {
      if (chunk) sealChunk(chunk);
      chunk = createChunk(count, Math.max(size, line.text.length * 3 + 1));
      chunks.push(chunk);
      dropOldest();
      appendToChunk(chunk, line);
    }
    noteMarks(line.text);
    count++;
  }

  function noteMarks(text: string): void {
    const said = announcementOf(text);
    if (said?.kind === 'phase-begins') phaseMarks.push({ line: count, phase: said.phase });
    if (isErrorLine(text)) errors.push(count);
  }

  function dropOldest(): void {
    let allocated = chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0);
    const before = firstHeld();
    while (allocated > maxBytes && chunks.length > 1) allocated -= chunks.shift()?.bytes.length ?? 0;
    const first = firstHeld();
    if (first === before) return;
    errors = errors.slice(lowerBound(errors, first));
    phaseMarks = phaseMarks.filter((mark) => mark.line >= first);
  }

  /** Index of the chunk that holds a line; the line must be held. */
  function chunkIndexOf(number: number): number {
    let low = 0;
    let high = chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((chunks[middle]?.first ?? 0) <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  const isHeld = (number: number) => Number.isInteger(number) && number >= firstHeld() && number < count;

  function line(number: number): LogLine | undefined {
    if (!isHeld(number)) return undefined;
    const chunk = chunks[chunkIndexOf(number)];
    return chunk && chunkLine(chunk, number - chunk.first);
  }

  function find(text: string, from: number, direction: 1 | -1): number | undefined {
    const start = direction === 1 ? Math.max(from + 1, firstHeld()) : Math.min(from - 1, count - 1);
    if (text === '' || !isHeld(start)) return undefined;
    const finder = createFinder(text);
    for (let at = chunkIndexOf(start); at >= 0 && at < chunks.length; at += direction) {
      const chunk = chunks[at] as LogChunk;
      const within = Math.max(0, Math.min(chunk.count - 1, start - chunk.first));
      const hit = direction === 1 ? finder.first(chunk, within) : finder.last(chunk, within);
      if (hit !== undefined) return chunk.first + hit;
    }
    return undefined;
  }

  return {
    get count() {
      return count;
    },
    get first() {
      return firstHeld();
    },
    get version() {
      return version;
    },
    get bytes() {
      return chunks.reduce((sum, chunk) => sum + chunk.used, 0);
    },
    append(lines) {
      if (lines.length === 0) return;
      for (const one of lines) appendLine(one);
      version++;
    },
    line,
    slice(from, to) {
      const found: LogLine[] = [];
      for (let number = Math.max(from, firstHeld()); number < Math.min(to, count); number++) {
        const one = line(number);
        if (one) found.push(one);
      }
      return found;
    },
    phases: () => phaseMarks,
    firstError: () => errors[0],
    jump(to, from, direction) {
      const numbers = to === 'error' ? errors : phaseMarks.map((mark) => mark.line);
      return direction === 1
        ? numbers[lowerBound(numbers, from + 1)]
        : numbers[lowerBound(numbers, from) - 1];
    },
    find,
  };
}

/** Index of the first number that is not less than `value`. */
function lowerBound(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
