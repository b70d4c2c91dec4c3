import type { Build, BuildStatus } from '../domain/build.ts';
import type { LastList } from '../domain/last-list.ts';
import { hasEnded } from '../domain/phases.ts';
import { statusWord } from '../domain/status-words.ts';
import type { BuildsState, SortOrder } from './state-builds.ts';

/** Running first, then what needs a look, then the good ones. */
const statusRank: Record<BuildStatus, number> = {
  IN_PROGRESS: 0,
  FAILED: 1,
  FAULT: 2,
  TIMED_OUT: 3,
  STOPPED: 4,
  UNKNOWN: 5,
  SUCCEEDED: 6,
};

export const isRunning = (build: Build) => !hasEnded(build);

/**
 * The builds as listed: filtered, then sorted. Answers the same array for the same input, so that a screen with
 * ten thousand builds sorts them once and not at every key.
 */
export function shownBuilds(state: BuildsState): readonly Build[] {
  const { list, filter, sort } = state;
  if (!list) return noBuilds;
  if (last.list === list && last.filter === filter && last.sort === sort) return last.shown;
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const kept =
    words.length === 0 ? list : list.filter((build) => words.every((word) => matches(build, word)));
  const shown = sort === 'started' ? kept : [...kept].sort(comparisons[sort]);
  last = { list, filter, sort, shown };
  return shown;
}

const noBuilds: readonly Build[] = [];
let last: { list: readonly Build[]; filter: string; sort: SortOrder; shown: readonly Build[] } = {
  list: noBuilds,
  filter: '',
  sort: 'started',
  shown: noBuilds,
};

function matches(build: Build, word: string): boolean {
  const text = `${build.uuid} ${build.project} ${build.target} ${statusWord(build.status)} ${build.initiator ?? ''} #${build.number ?? ''}`;
  return text.toLowerCase().includes(word);
}

const durationOf = (build: Build) =>
  build.startedAt === undefined ? 0 : (build.endedAt ?? Number.MAX_SAFE_INTEGER) - build.startedAt;

const comparisons: Record<Exclude<SortOrder, 'started'>, (a: Build, b: Build) => number> = {
  time: (a, b) => durationOf(b) - durationOf(a),
  status: (a, b) => statusRank[a.status] - statusRank[b.status],
  target: (a, b) => a.target.localeCompare(b.target),
};

/** Index of the marked build in the list shown; 0 where it is not in it, -1 for an empty list. */
export function selectedIndex(shown: readonly Build[], selected: string | undefined): number {
  if (shown.length === 0) return -1;
  return Math.max(0, selected === undefined ? 0 : shown.findIndex((build) => build.id === selected));
}

/** The build the marker stands on. */
export function selectedBuild(state: BuildsState): Build | undefined {
  const shown = shownBuilds(state);
  return shown[selectedIndex(shown, state.selected)];
}

/** What is kept of the list for the next run of the program; undefined before AWS has answered in this one. */
export function listKept({ list, more, total, at, isLast }: BuildsState): LastList | undefined {
  return list === undefined || at === undefined || isLast ? undefined : { builds: list, more, total, at };
}

/** The newest build that succeeded, of one project or of all. */
export function newestGood(list: readonly Build[] | undefined, project?: string): Build | undefined {
  return list?.find(
    (build) => build.status === 'SUCCEEDED' && (project === undefined || build.project === project),
  );
}

/** First row on screen so that the marked one is on it, moved no further than needed. */
export function scrolledTo(selected: number, top: number, rows: number, count: number): number {
  const room = Math.max(1, rows);
  const lowest = Math.max(0, count - room);
  if (selected < top) return Math.max(0, selected);
  if (selected >= top + room) return Math.min(lowest, selected - room + 1);
  return Math.max(0, Math.min(top, lowest));
}
