import type { Build } from '../domain/build.ts';
import type { BuildsUpdate } from '../domain/ports/builds.ts';
import { scrolledTo, selectedIndex, shownBuilds } from './builds-list.ts';
import type { Event } from './events.ts';
import { pageSize } from './initial.ts';
import { listRows } from './layout.ts';
import type { State } from './state.ts';
import type { BuildsState } from './state-builds.ts';

/** Rows before the end of the list at which older builds are asked for. */
const askAhead = 10;

/** CodeBuild's lists lag behind its starts; a build started here is shown meanwhile. */
const freshMs = 60_000;

/** The list of builds: what AWS said, the marker, the window, the filter. */
export function reduceBuilds(state: State, event: Event): State {
  switch (event.type) {
    case 'builds':
      return answered(state, event.update);
    case 'projects':
      return change(state, { projects: event.projects });
    case 'build-moved':
      return move(state, event.by);
    case 'filtered':
      return kept(change(state, { filter: event.text, top: 0 }));
    case 'sorted':
      return kept(change(state, { sort: event.by }));
    case 'build-started':
      return kept(
        change(state, {
          list: withBuild(state.builds.list, event.build),
          fresh: [...state.builds.fresh, { build: event.build, until: state.now + freshMs }],
          selected: event.build.id,
        }),
      );
    case 'build-changed':
      return change(state, { list: withBuild(state.builds.list, event.build) });
    case 'build':
      // The open build is polled more often than the list: the row must not show less than the screen did.
      if (event.update.kind !== 'build' || !state.builds.list) return state;
      if (!state.builds.list.some((build) => build.id === event.id)) return state;
      return change(state, { list: withBuild(state.builds.list, event.update.build) });
    case 'resized':
    case 'go':
    case 'back':
      return state.builds.list ? kept(state) : state;
    default:
      return state;
  }
}

function change(state: State, builds: Partial<BuildsState>): State {
  return { ...state, builds: { ...state.builds, ...builds } };
}

function answered(state: State, update: BuildsUpdate): State {
  if (update.kind === 'trouble') {
    const { error, since, nextTryAt } = update;
    return kept(change(state, { trouble: { error, since, nextTryAt } }));
  }
  const before = shownBuilds(state.builds);
  const ids = new Set(update.builds.map((build) => build.id));
  const fresh = state.builds.fresh.filter(({ build, until }) => !ids.has(build.id) && until > state.now);
  const answer = fresh.reduce((list: readonly Build[], { build }) => withBuild(list, build), update.builds);
  const rowBefore = selectedIndex(before, state.builds.selected) - state.builds.top;
  const next = change(state, {
    list: sameBuilds(state.builds.list, answer) ? state.builds.list : answer,
    fresh,
    more: update.more,
    total: update.total,
    at: update.at,
    isLast: false,
    trouble: undefined,
  });
  const shown = shownBuilds(next.builds);
  const index = selectedIndex(shown, next.builds.selected);
  const selected = shown[index]?.id;
  // New builds push the list down; the marked one stays in its row on screen.
  const top = state.builds.top === 0 ? 0 : Math.max(0, index - rowBefore);
  return kept(change(next, { selected, top }));
}

/** An answer without news keeps the array we have, and with it everything computed from it. */
function sameBuilds(before: readonly Build[] | undefined, after: readonly Build[]): boolean {
  return before?.length === after.length && before.every((build, index) => build === after[index]);
}

function withBuild(list: readonly Build[] | undefined, build: Build): readonly Build[] {
  const others = list ?? [];
  const at = others.findIndex((other) => other.id === build.id);
  if (at >= 0) return others.with(at, build);
  const started = build.startedAt ?? Number.MAX_SAFE_INTEGER;
  const place = others.findIndex((other) => (other.startedAt ?? 0) <= started);
  return place < 0 ? [...others, build] : others.toSpliced(place, 0, build);
}

function move(state: State, by: number | 'first' | 'last'): State {
  const shown = shownBuilds(state.builds);
  if (shown.length === 0) return state;
  const from = selectedIndex(shown, state.builds.selected);
  const to = by === 'first' ? 0 : by === 'last' ? shown.length - 1 : from + by;
  const build = shown[Math.max(0, Math.min(shown.length - 1, to))];
  if (!build) return state;
  return kept(change(state, { selected: build.id }));
}

/** Keeps the marked row on screen, and asks for older builds when the end comes near. */
function kept(state: State): State {
  const { builds } = state;
  const shown = shownBuilds(builds);
  const index = selectedIndex(shown, builds.selected);
  if (index < 0) return builds.top === 0 ? state : change(state, { top: 0 });
  // Two second lines may stand between the rows.
  const rows = Math.max(1, listRows(state) - 2);
  const top = scrolledTo(index, builds.top, rows, shown.length);
  const nearEnd = builds.more && index >= shown.length - askAhead;
  const loaded = builds.list?.length ?? 0;
  const limit = nearEnd && loaded >= builds.limit ? builds.limit + pageSize : builds.limit;
  if (top === builds.top && limit === builds.limit) return state;
  return change(state, { top, limit });
}
