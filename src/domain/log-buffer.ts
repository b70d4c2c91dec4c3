import type { LogLine } from './log.ts';
import {
  appendToChunk,
  chunkIndexOf,
  chunkLine,
  costOfChunk,
  costOfLine,
  createChunk,
  type LogChunk,
  sealChunk,
} from './log-chunk.ts';
import { announcementOf, errorLines, isCodeBuilds } from './log-grammar.ts';
import { createLogSearch, type LineSource, type LogSearch } from './log-search.ts';
import { lowerBound } from './sorted.ts';

const chunkBytes = 1024 * 1024;
/** Holds two million ordinary lines; the oldest go first beyond it. */
const defaultMaxBytes = 256 * chunkBytes;

export type LogBuffer = LineSource & {
  /** Number of the line appended next; counted from 0, whatever is dropped or prepended. */
  readonly count: number;
  /** Number of the oldest line still held. Negative where older lines were prepended. */
  readonly first: number;
  /** How many of the oldest lines were dropped to stay within the bytes. */
  readonly dropped: number;
  /** Number of the log's very first line, held or dropped; undefined until it is known. */
  readonly origin: number | undefined;
  /** Whether older lines can be prepended: the beginning is not known, nothing was dropped, and there is room. */
  readonly takesOlder: boolean;
  /** Bytes of text held, line ends included. */
  readonly bytes: number;
  /** Appends sanitised lines in the order given. */
  append(lines: readonly LogLine[]): void;
  /** Appends a line of ours, which tells what the log does not: a gap. No error and no phase is read from it. */
  appendNote(text: string, timestamp: number): void;
  /** The same before the first line; answers whether there was room. */
  prependNote(text: string, timestamp: number): boolean;
  /** Puts older lines before the first, as many of the newest of them as there is room for; answers how many. */
  prepend(lines: readonly LogLine[]): number;
  /** Says that the first line taken so far is the very first of the log. */
  markBeginning(): void;
  /** The line of that number; undefined where it was dropped or is not there yet. */
  line(number: number): LogLine | undefined;
  /** Lines `from` to `to` (exclusive) as far as they are held. */
  slice(from: number, to: number): LogLine[];
  isNote(number: number): boolean;
  /** Line number for people: the log's very first is 1. Undefined while the beginning is not known. */
  numberShown(number: number): number | undefined;
  /** Where phases begin, in order; lines that were dropped are no longer among them. */
  phases(): readonly PhaseMark[];
  /** Looks at as many lines as it must, once. */
  firstError(): number | undefined;
  /** Next error or beginning of a phase after (`1`) or before (`-1`) line `from`. */
  jump(to: 'error' | 'phase', from: number, direction: 1 | -1): number | undefined;
  /** The lines that look like errors; `step` finds them ahead of `firstError` and `jump`, bit by bit. */
  readonly errors: LogSearch;
};

export type PhaseMark = { line: number; phase: string };

/**
 * The log as a model outside any view: lines keep their number for good, also when the oldest are dropped to stay
 * within `maxBytes` or older ones are prepended; only lines asked for are decoded.
 * @param options `begins: 'known'` for a log that is read from its beginning
 */
export function createLogBuffer(options: { maxBytes?: number; begins?: 'known' } = {}): LogBuffer {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const size = Math.max(1, Math.min(chunkBytes, Math.floor(maxBytes / 4)));
  let chunks: LogChunk[] = [];
  let phaseMarks: PhaseMark[] = [];
  const notes = new Set<number>();
  let count = 0;
  let version = 0;
  let dropped = 0;
  let origin: number | undefined = options.begins === 'known' ? 0 : undefined;
  /** Older lines were refused: what is older still would leave a hole. */
  let isFull = false;

  const firstHeld = () => chunks[0]?.first ?? count;
  const cost = () => chunks.reduce((sum, chunk) => sum + costOfChunk(chunk), 0);

  /** A chunk with room for at least the line given. */
  function chunkFor(first: number, line: LogLine, before: LogChunk | undefined): LogChunk {
    const fits = line.text.length * 3 < size;
    return createChunk(first, fits ? size : Math.max(size, costOfLine(line)), before && before.count + 64);
  }

  function dropOldest(): void {
    let held = cost();
    let gone = 0;
    while (held > maxBytes && gone < chunks.length - 1) held -= costOfChunk(chunks[gone++] as LogChunk);
    if (gone === 0) return;
    const before = firstHeld();
    chunks = chunks.slice(gone);
    dropped += firstHeld() - before;
    phaseMarks = phaseMarks.filter((mark) => mark.line >= firstHeld());
    for (const note of notes) if (note < firstHeld()) notes.delete(note);
  }

  function append(lines: readonly LogLine[]): void {
    for (let at = 0; at < lines.length; ) {
      const last = chunks.at(-1);
      const taken = last ? appendToChunk(last, lines, at) : 0;
      at += taken;
      count += taken;
      const next = lines[at];
      if (!next) break;
      if (last) sealChunk(last);
      chunks.push(chunkFor(count, next, last));
      dropOldest();
    }
    if (lines.length > 0) version++;
  }

  /** How many of the newest of these lines there is room for. */
  function roomFor(lines: readonly LogLine[]): number {
    let room = maxBytes - cost();
    let taken = 0;
    for (let at = lines.length - 1; at >= 0; at--) {
      room -= costOfLine(lines[at] as LogLine);
      if (room < 0) break;
      taken++;
    }
    return taken;
  }

  function prepend(lines: readonly LogLine[]): number {
    if (!takesOlder() || lines.length === 0) return 0;
    const taken = lines.slice(lines.length - roomFor(lines));
    if (taken.length < lines.length) isFull = true;
    if (taken.length === 0) return 0;
    const first = firstHeld() - taken.length;
    const older: LogChunk[] = [];
    for (let at = 0; at < taken.length; ) {
      const chunk = chunkFor(first + at, taken[at] as LogLine, older.at(-1));
      at += appendToChunk(chunk, taken, at);
      sealChunk(chunk);
      older.push(chunk);
    }
    chunks = [...older, ...chunks];
    phaseMarks = [...phasesIn(taken, first), ...phaseMarks];
    version++;
    return taken.length;
  }

  const takesOlder = () => origin === undefined && dropped === 0 && !isFull;
  const isHeld = (number: number) => Number.isInteger(number) && number >= firstHeld() && number < count;

  function line(number: number): LogLine | undefined {
    if (!isHeld(number)) return undefined;
    const chunk = chunks[chunkIndexOf(chunks, number)];
    return chunk && chunkLine(chunk, number - chunk.first);
  }

  const source: LineSource = {
    get chunks() {
      return chunks;
    },
    get version() {
      return version;
    },
  };
  const errors = createLogSearch(source, errorLines);
  /** Notes of ours are no errors, whatever they say. */
  function nearestError(from: number, direction: 1 | -1): number | undefined {
    let found = errors.nearest(from, direction);
    while (found !== undefined && notes.has(found)) found = errors.nearest(found, direction);
    return found;
  }

  return {
    get chunks() {
      return chunks;
    },
    get count() {
      return count;
    },
    get first() {
      return firstHeld();
    },
    get dropped() {
      return dropped;
    },
    get origin() {
      return origin;
    },
    get takesOlder() {
      return takesOlder();
    },
    get version() {
      return version;
    },
    get bytes() {
      return chunks.reduce((sum, chunk) => sum + chunk.used, 0);
    },
    append(lines) {
      for (const mark of phasesIn(lines, count)) phaseMarks.push(mark);
      append(lines);
    },
    appendNote(text, timestamp) {
      notes.add(count);
      append([{ text, timestamp }]);
    },
    prependNote(text, timestamp) {
      const isTaken = prepend([{ text, timestamp }]) === 1;
      if (isTaken) notes.add(firstHeld());
      return isTaken;
    },
    prepend,
    markBeginning() {
      if (origin !== undefined || isFull) return;
      origin = firstHeld() - dropped;
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
    isNote: (number) => notes.has(number),
    numberShown: (number) => (origin === undefined ? undefined : number - origin + 1),
    phases: () => phaseMarks,
    firstError: () => nearestError(Number.NEGATIVE_INFINITY, 1),
    jump(to, from, direction) {
      if (to === 'error') return nearestError(from, direction);
      const numbers = phaseMarks.map((mark) => mark.line);
      return direction === 1
        ? numbers[lowerBound(numbers, from + 1)]
        : numbers[lowerBound(numbers, from) - 1];
    },
    errors,
  };
}

function phasesIn(lines: readonly LogLine[], first: number): PhaseMark[] {
  const marks: PhaseMark[] = [];
  for (let index = 0; index < lines.length; index++) {
    const text = lines[index]?.text ?? '';
    if (!isCodeBuilds(text)) continue;
    const said = announcementOf(text);
    if (said?.kind === 'phase-begins') marks.push({ line: first + index, phase: said.phase });
  }
  return marks;
}
