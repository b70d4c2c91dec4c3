import { compileQuery } from '../domain/log-query.ts';
import type { LogSearch } from '../domain/log-search.ts';
import type { Event } from '../state/events.ts';
import type { Feed } from '../state/feeds.ts';
import { notInLog } from '../state/handle-log.ts';
import type { State } from '../state/state.ts';
import type { LogModel } from './log-models.ts';
import type { SourceDeps } from './source-deps.ts';
import { untilAborted } from './until-aborted.ts';

/** The scan gives way to keys and drawing after so many milliseconds. */
const sliceMs = 4;
/** Pause between two looks at a log that has grown. */
const againMs = 100;

/**
 * Looks through the open log, bit by bit and for as long as it grows, and tells how much was found. While what is
 * looked for is being typed, it jumps to the first hit from where the reader was.
 */
export async function* look(
  feed: Extract<Feed, { feed: 'look' }>,
  deps: SourceDeps,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  const { id, what } = feed;
  const query = compileQuery(feed.text);
  const problem = query.problem === undefined ? {} : { problem: query.problem };
  let log: LogModel | undefined;
  let told = '';
  try {
    while (!signal.aborted) {
      const current = deps.logs.get(id);
      if (current && current !== log) {
        log = current;
        log.look(what, query);
        if (what === 'find') jumpToFirst(log, deps);
      }
      const search = log?.[what]?.search;
      if (!log || !search) {
        await deps.clock.sleep(againMs, signal);
        continue;
      }
      const begun = deps.clock.now();
      const isComplete = search.step(() => deps.clock.now() - begun < sliceMs);
      const findings = { count: search.hits.count, isComplete, ...problem };
      const news = { findings, ...foundAtMark(search, deps.get()) };
      const telling = JSON.stringify(news);
      if (telling !== told) {
        yield { type: 'log-findings', id, what, ...news };
        const isTyped = deps.get().overlay?.kind === 'input';
        if (what === 'find' && isComplete && findings.count === 0 && !isTyped) yield notInLog(feed.text);
      }
      told = telling;
      if (!isComplete) await deps.clock.sleep(0, signal);
      else if (deps.get().view?.log.end) return;
      else {
        await Promise.race([log.changed(), untilAborted(signal)]);
        await deps.clock.sleep(againMs, signal);
      }
    }
  } finally {
    // Another text's stream may have begun meanwhile: only what is still ours is given up.
    if (signal.aborted && log?.[what]?.query === query) log.look(what, undefined);
  }
}

/** The first hit from where the reader was when typing began, else the first of all. */
function jumpToFirst(log: LogModel, deps: SourceDeps): void {
  const from = deps.get().view?.log.findFrom;
  const search = log.find?.search;
  if (!from || !search) return;
  const start = from.mark ?? (from.follow ? log.first : from.top);
  const hit = search.nearest(start - 1, 1) ?? search.nearest(log.first - 1, 1);
  if (hit !== undefined) deps.jump(hit);
}

/** Which of the hits the reader stands on, counted from 0. */
export function foundAtMark(search: LogSearch, state: State): { foundAt?: number } {
  const mark = state.view?.log.mark;
  if (mark === undefined) return {};
  const index = search.hits.indexOf(mark);
  return search.hits.at(index) === mark ? { foundAt: index } : {};
}
