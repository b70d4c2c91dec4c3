import { isTooSmall, noticeOf } from './layout.ts';
import { selectBanner, selectTopBar } from './select-frame.ts';
import type { State } from './state.ts';
import type { LogView } from './state-log.ts';

/** What of the log's view only the regions show (`screens/build/*-regions.ts`), and whether it may wait a moment. */
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
 * Whether a frame is needed where `shown` is on screen. Lines that arrive, the keys that scroll them, and the times that
 * go on meanwhile change only what regions show: no frame is made for them, but where one of its own times goes on.
 * @param painted the state that regions show, which is looked at every second
 */
export function needsFrame(shown: State, painted: State, now: State): boolean {
  if (shown === now) return false;
  const changes = logChanges(shown, now);
  if (!changes || changes.some((key) => shownByRegions[key] === undefined)) return true;
  if (isLogInView(now)) return isSecondOver(painted, now) && timesInFrame(shown) !== timesInFrame(now);
  return changes.length === 0 || isSecondOver(shown, now);
}

/** When the regions must be drawn after a change: at once where a key waits for it. */
export function regionsDue(before: State, now: State): 'now' | 'soon' | undefined {
  if (isMarkerMoved(before, now)) return 'now';
  const changes = logChanges(before, now) ?? [];
  if (changes.some((key) => shownByRegions[key] === 'now')) return 'now';
  // At once, as a frame would be: a second that comes late is a wrong one.
  if (isLogInView(now) && isSecondOver(before, now)) return 'now';
  return changes.some((key) => shownByRegions[key] === 'soon') ? 'soon' : undefined;
}

const isSecondOver = (before: State, now: State) =>
  Math.floor(before.now / 1000) !== Math.floor(now.now / 1000);

/** Whether nothing but the Build screen stands there: its regions show all of its times but those of the frame. */
const isLogInView = (state: State) =>
  state.route.screen === 'build' && state.overlay === undefined && !isTooSmall(state);

/** What goes on by itself around the Build screen. */
function timesInFrame(state: State): string {
  const times = [selectTopBar(state).credentials, selectBanner(state)?.when, noticeOf(state)?.text];
  return JSON.stringify(times);
}

/** The list shows where its marker stands before the frame that the footer needs. */
function isMarkerMoved(before: State, now: State): boolean {
  const { builds } = before;
  return now.builds !== builds && (now.builds.selected !== builds.selected || now.builds.top !== builds.top);
}

/** Fields of the log's view that differ; undefined where anything else does too, but for the time. */
function logChanges(before: State, now: State): (keyof LogView)[] | undefined {
  if (differing(before, now).some((key) => key !== 'now' && key !== 'view')) return undefined;
  if (!before.view || !now.view) return before.view === now.view ? [] : undefined;
  if (differing(before.view, now.view).some((key) => key !== 'log')) return undefined;
  return differing(before.view.log, now.view.log);
}

function differing<T extends object>(a: T, b: T): (keyof T)[] {
  const keys: (keyof T)[] = [];
  if (a === b) return keys;
  for (const key in a) if (a[key] !== b[key]) keys.push(key);
  for (const key in b) if (!(key in a)) keys.push(key);
  return keys;
}
