import { chunkIndexOf, type LogChunk } from './log-chunk.ts';
import type { LineHits } from './log-scan.ts';
import type { LineSource, LogSearch } from './log-search.ts';
import { lowerBound } from './sorted.ts';

/**
 * The lines of a log that are shown with a filter: those that match, and some before and after each. `count`, `lineAt`
 * and `indexOf` speak of what the search knows so far; the others look at lines not looked at yet where they must.
 */
export type LogFilter = {
  readonly count: number;
  /** Number of the line shown at `index`. */
  lineAt(index: number): number | undefined;
  /** How many of the lines shown lie before `line`. */
  indexOf(line: number): number;
  isHit(line: number): boolean;
  /** Whether the line is shown and the one before it is left out; never without context. */
  startsGroup(line: number): boolean;
  /** The next line shown after `line`; for `mayGoOn` see {@link LogSearch.nearest}. */
  next(line: number, mayGoOn?: () => boolean): number | undefined;
  /** The last line shown before `line`. */
  previous(line: number, mayGoOn?: () => boolean): number | undefined;
  /** The `height` lines shown from `line` on; where there are fewer, those before it fill the rest. */
  around(line: number, height: number, mayGoOn?: () => boolean): number[];
};

/** Runs of lines shown within a chunk, and what they were worked out from. */
type Runs = {
  /** Index of the first line of each run. */
  starts: Uint16Array;
  /** Lines shown before each run, and in all. */
  before: Uint16Array;
  hits: number;
  lines: number;
  previous: number;
  next: number;
};

/** Costs nothing to make anew with another `context`: the search keeps what it found. */
export function createLogFilter(
  search: LogSearch,
  buffer: LineSource & { readonly first: number; readonly count: number },
  options: { context: number },
): LogFilter {
  const context = Math.max(0, Math.floor(options.context));
  const known = new WeakMap<LogChunk, Runs>();
  let summed = -1;
  /** Lines shown before each chunk, and in all. */
  let sums: number[] = [0];

  const isShown = (line: number) =>
    line >= buffer.first && line < buffer.count && search.isAnyIn(line - context, line + context + 1);

  /** Brings the runs of every chunk up to date and answers the sums. */
  function sumsNow(): readonly number[] {
    if (summed === search.version) return sums;
    summed = search.version;
    const { chunks } = buffer;
    const next = nextHits(chunks, search);
    let previous = Number.NEGATIVE_INFINITY;
    let sum = 0;
    sums = [0];
    for (const [place, chunk] of chunks.entries()) {
      const hits = search.hitsIn(chunk);
      const runs = runsNow(chunk, hits, previous, next[place] ?? Number.POSITIVE_INFINITY);
      sum += runs.before.at(-1) ?? 0;
      sums.push(sum);
      if (hits.length > 0) previous = chunk.first + (hits.indices[hits.length - 1] ?? 0);
    }
    return sums;
  }

  function runsNow(chunk: LogChunk, hits: Readonly<LineHits>, previous: number, next: number): Runs {
    const held = known.get(chunk);
    if (
      held?.hits === hits.length &&
      held.lines === chunk.count &&
      held.previous === previous &&
      held.next === next
    ) {
      return held;
    }
    const edges = { hits: hits.length, lines: chunk.count, previous, next };
    const runs = { ...edges, ...runsOf(chunk, hits, previous, next, context) };
    known.set(chunk, runs);
    return runs;
  }

  function next(line: number, mayGoOn?: () => boolean): number | undefined {
    const from = Math.max(Math.floor(line) + 1, buffer.first);
    const hit = search.nearest(from - context - 1, 1, mayGoOn);
    const found = hit === undefined ? undefined : Math.max(from, hit - context);
    return found === undefined || found >= buffer.count ? undefined : found;
  }

  function previous(line: number, mayGoOn?: () => boolean): number | undefined {
    const from = Math.min(Math.ceil(line) - 1, buffer.count - 1);
    const hit = search.nearest(from + context + 1, -1, mayGoOn);
    const found = hit === undefined ? undefined : Math.min(from, hit + context);
    return found === undefined || found < buffer.first ? undefined : found;
  }

  return {
    get count() {
      return sumsNow().at(-1) ?? 0;
    },
    lineAt(index) {
      const before = sumsNow();
      if (!(index >= 0 && index < (before.at(-1) ?? 0))) return undefined;
      const place = lowerBound(before, index + 1) - 1;
      const chunk = buffer.chunks[place];
      const runs = chunk && known.get(chunk);
      if (!runs) return undefined;
      const within = index - (before[place] ?? 0);
      const run = lowerBound(runs.before, within + 1) - 1;
      return chunk.first + (runs.starts[run] ?? 0) + within - (runs.before[run] ?? 0);
    },
    indexOf(line) {
      const before = sumsNow();
      const place = chunkIndexOf(buffer.chunks, line);
      const chunk = buffer.chunks[place];
      const runs = chunk && known.get(chunk);
      if (!runs) return 0;
      const within = line - chunk.first;
      const run = lowerBound(runs.starts, within + 1) - 1;
      if (run < 0) return before[place] ?? 0;
      const inRun = within - (runs.starts[run] ?? 0);
      return (before[place] ?? 0) + Math.min((runs.before[run] ?? 0) + inRun, runs.before[run + 1] ?? 0);
    },
    isHit: (line) => search.isAnyIn(line, line + 1),
    startsGroup: (line) => context > 0 && line > buffer.first && isShown(line) && !isShown(line - 1),
    next,
    previous,
    around(line, height, mayGoOn) {
      const found: number[] = [];
      for (let at = next(line - 1, mayGoOn); at !== undefined && found.length < height; ) {
        found.push(at);
        at = next(at, mayGoOn);
      }
      const above: number[] = [];
      for (let at = previous(line, mayGoOn); at !== undefined && found.length + above.length < height; ) {
        above.push(at);
        at = previous(at, mayGoOn);
      }
      return [...above.reverse(), ...found];
    },
  };
}

/** The first hit behind each chunk. */
function nextHits(chunks: readonly LogChunk[], search: LogSearch): number[] {
  const found: number[] = new Array(chunks.length);
  let next = Number.POSITIVE_INFINITY;
  for (let place = chunks.length - 1; place >= 0; place--) {
    const chunk = chunks[place] as LogChunk;
    const hits = search.hitsIn(chunk);
    found[place] = next;
    if (hits.length > 0) next = chunk.first + (hits.indices[0] ?? 0);
  }
  return found;
}

function runsOf(
  chunk: LogChunk,
  hits: Readonly<LineHits>,
  previous: number,
  next: number,
  context: number,
): Pick<Runs, 'starts' | 'before'> {
  const starts = new Uint16Array(hits.length + 2);
  const before = new Uint16Array(hits.length + 3);
  let runs = 0;
  let end = 0;
  const show = (hit: number) => {
    const from = Math.max(hit - context, end);
    const to = Math.min(hit + context + 1, chunk.count);
    if (to <= from) return;
    if (runs === 0 || from > end) {
      starts[runs] = from;
      before[runs + 1] = before[runs] ?? 0;
      runs++;
    }
    before[runs] = (before[runs] ?? 0) + to - from;
    end = to;
  };
  show(previous - chunk.first);
  for (let index = 0; index < hits.length; index++) show(hits.indices[index] ?? 0);
  show(next - chunk.first);
  return { starts: starts.slice(0, runs), before: before.slice(0, runs + 1) };
}
