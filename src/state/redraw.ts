import type { LogView, State } from './state.ts';

/** What of the log's view only the regions show (`screens/build/log-regions.ts`), and whether it may wait a moment. */
const shownByRegions: { readonly [K in keyof LogView]?: 'now' | 'soon' } = {
  version: 'soon',
  count: 'soon',
  first: 'soon',
  origin: 'soon',
  older: 'soon',
  gaps: 'soon',
  lastLinesAt: 'soon',
  throttled: 'soon',
  waiting: 'soon',
  nextPollAt: 'soon',
  found: 'soon',
  kept: 'soon',
  foundAt: 'now',
  follow: 'now',
  top: 'now',
  topRow: 'now',
  left: 'now',
  wrap: 'now',
  time: 'now',
  context: 'now',
  countAtPause: 'now',
  mark: 'now',
  before: 'now',
};

/**
 * Whether a frame is needed where `shown` is on screen. Lines that arrive, and the keys that scroll them, change only
 * what regions show: no frame is made for them, but for one a second while times go on.
 */
export function needsFrame(shown: State, now: State): boolean {
  if (shown === now) return false;
  if (Math.floor(shown.now / 1000) !== Math.floor(now.now / 1000)) return true;
  const changes = logChanges(shown, now);
  return (
    changes === undefined || changes.length === 0 || changes.some((key) => shownByRegions[key] === undefined)
  );
}

/** When the regions must be drawn after a change: at once where a key waits for it. */
export function regionsDue(before: State, now: State): 'now' | 'soon' | undefined {
  const changes = logChanges(before, now) ?? [];
  if (changes.some((key) => shownByRegions[key] === 'now')) return 'now';
  return changes.some((key) => shownByRegions[key] === 'soon') ? 'soon' : undefined;
}

/** Fields of the log's view that differ; undefined where anything else does too, but for the time. */
function logChanges(before: State, now: State): (keyof LogView)[] | undefined {
  if (differing(before, now).some((key) => key !== 'now' && key !== 'view')) return undefined;
  if (!before.view || !now.view) return before.view === now.view ? [] : undefined;
  if (differing(before.view, now.view).some((key) => key !== 'log')) return undefined;
  return differing(before.view.log, now.view.log);
}

function differing<T extends object>(a: T, b: T): (keyof T)[] {
  if (a === b) return [];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof T>;
  return [...keys].filter((key) => a[key] !== b[key]);
}
