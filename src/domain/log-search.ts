import { chunkIndexOf, type LogChunk } from './log-chunk.ts';
import { type LineHits, type LineMatcher, scanSlice } from './log-scan.ts';
import { lowerBound } from './sorted.ts';

/** Where the lines come from: a log buffer. */
export type LineSource = {
  readonly chunks: readonly LogChunk[];
  /** Raised by every change of the lines. */
  readonly version: number;
};

export type LogSearch = {
  /** Raised with the lines' own version and whenever more of them were looked at. */
  readonly version: number;
  /**
   * Looks at lines not looked at yet, in pieces of 256 KiB at most, as long as `mayGoOn` says so (asked after each
   * piece); true when all are.
   */
  step(mayGoOn: () => boolean): boolean;
  readonly hits: LogHits;
  /**
   * Number of the first line after (`1`) or before (`-1`) line `from` that matches. Looks at no more lines than it
   * must, and remembers them. Undefined where there is none, or where `mayGoOn` ended it before all were looked at.
   */
  nearest(from: number, direction: 1 | -1, mayGoOn?: () => boolean): number | undefined;
  /** Whether any of the lines `from` to `to` (exclusive) matches; looks at them where that was not done yet. */
  isAnyIn(from: number, to: number): boolean;
  /** The hits known within a chunk of the source. */
  hitsIn(chunk: LogChunk): Readonly<LineHits>;
};

/** The lines known to match, in the order of the log. Lines that were dropped are no longer among them. */
export type LogHits = {
  readonly count: number;
  /** Whether every line there is was looked at. */
  readonly isComplete: boolean;
  /** Line number of the hit at `index`. */
  at(index: number): number | undefined;
  /** How many hits lie before `line`. */
  indexOf(line: number): number;
  /** The next known hit after (`1`) or before (`-1`) line `from`. */
  next(from: number, direction: 1 | -1): number | undefined;
};

type Scanned = LineHits & { lines: number };

const always = () => true;

/**
 * Looks for lines of a log while it grows at both ends and is dropped at its beginning. What was found is kept by
 * chunk, so nothing is looked at twice, in whatever order.
 */
export function createLogSearch(source: LineSource, matcher: LineMatcher): LogSearch {
  const known = new WeakMap<LogChunk, Scanned>();
  let scans = 0;
  let summed = -1;
  /** Hits before each chunk, and in all. */
  let sums: number[] = [0];

  const version = () => source.version + scans;

  function scannedOf(chunk: LogChunk): Scanned {
    const held = known.get(chunk);
    if (held) return held;
    const scanned = { lines: 0, indices: new Uint16Array(0), length: 0 };
    known.set(chunk, scanned);
    return scanned;
  }

  function scanOn(chunk: LogChunk, scanned: Scanned): void {
    scanned.lines = scanSlice(chunk, scanned.lines, matcher, scanned);
    scans++;
  }

  function sumsNow(): readonly number[] {
    if (summed === version()) return sums;
    summed = version();
    let sum = 0;
    sums = [0];
    for (const chunk of source.chunks) {
      sum += known.get(chunk)?.length ?? 0;
      sums.push(sum);
    }
    return sums;
  }

  function at(index: number): number | undefined {
    const before = sumsNow();
    if (!(index >= 0 && index < (before.at(-1) ?? 0))) return undefined;
    const place = lowerBound(before, index + 1) - 1;
    const chunk = source.chunks[place];
    return chunk && chunk.first + (scannedOf(chunk).indices[index - (before[place] ?? 0)] ?? 0);
  }

  function indexOf(line: number): number {
    const before = sumsNow();
    const place = chunkIndexOf(source.chunks, line);
    const chunk = source.chunks[place];
    return chunk ? (before[place] ?? 0) + hitsBefore(scannedOf(chunk), line - chunk.first) : 0;
  }

  return {
    get version() {
      return version();
    },
    step(mayGoOn) {
      let isFirst = true;
      for (const chunk of source.chunks) {
        const scanned = scannedOf(chunk);
        while (scanned.lines < chunk.count) {
          if (!isFirst && !mayGoOn()) return false;
          isFirst = false;
          scanOn(chunk, scanned);
        }
      }
      return true;
    },
    hits: {
      get count() {
        return sumsNow().at(-1) ?? 0;
      },
      get isComplete() {
        return source.chunks.every((chunk) => known.get(chunk)?.lines === chunk.count);
      },
      at,
      indexOf,
      next: (from, direction) =>
        direction === 1 ? at(indexOf(Math.floor(from) + 1)) : at(indexOf(Math.ceil(from)) - 1),
    },
    nearest(from, direction, mayGoOn = always) {
      const { chunks } = source;
      const start = direction === 1 ? Math.floor(from) + 1 : Math.ceil(from) - 1;
      let isFirst = true;
      for (let place = chunkIndexOf(chunks, start); ; place += direction) {
        const chunk = chunks[place];
        if (!chunk) return undefined;
        const scanned = scannedOf(chunk);
        for (;;) {
          // Backwards the whole chunk must be known first: the last hit counts.
          const isKnown = scanned.lines === chunk.count;
          if (direction === 1 || isKnown || chunk.first + scanned.lines > start) {
            const before = hitsBefore(scanned, start - chunk.first + (direction === 1 ? 0 : 1));
            const index = direction === 1 ? before : before - 1;
            if (index >= 0 && index < scanned.length) return chunk.first + (scanned.indices[index] ?? 0);
            if (isKnown || direction === -1) break;
          }
          if (!isFirst && !mayGoOn()) return undefined;
          isFirst = false;
          scanOn(chunk, scanned);
        }
      }
    },
    isAnyIn(from, to) {
      const { chunks } = source;
      for (let place = chunkIndexOf(chunks, from); (chunks[place]?.first ?? to) < to; place++) {
        const chunk = chunks[place] as LogChunk;
        const scanned = scannedOf(chunk);
        const end = Math.min(to - chunk.first, chunk.count);
        while (scanned.lines < end) scanOn(chunk, scanned);
        if (hitsBefore(scanned, from - chunk.first) < hitsBefore(scanned, end)) return true;
      }
      return false;
    },
    hitsIn: scannedOf,
  };
}

const hitsBefore = (hits: LineHits, index: number) => lowerBound(hits.indices, index, hits.length);
