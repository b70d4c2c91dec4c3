import type { Build } from '../domain/build.ts';
import { shortId } from '../domain/build-id.ts';
import { shortDuration } from '../domain/durations.ts';
import { hasEnded } from '../domain/phases.ts';
import { statusWord } from '../domain/status-words.ts';
import type { Event } from './events.ts';
import { say } from './say.ts';
import { shortProject } from './select-builds.ts';
import type { State } from './state.ts';

/** More than anybody watches; a build that drops out is not told of. */
const mostAwaited = 20;
const mostEnded = 50;

/**
 * Which builds somebody waits for, and which of these have just ended: those this session started, and those that were
 * open on the Build screen while they ran. Each is told once. Runs after the parts that take the builds in.
 */
export function reduceWatch(state: State, event: Event): State {
  switch (event.type) {
    case 'target-chosen':
      return { ...state, watch: { ...state.watch, awaited: [] } };
    case 'build-started':
      return awaited(state, event.build);
    case 'build':
    case 'build-changed':
    case 'builds':
    case 'go':
    case 'opened':
      return tellEnded(state.view?.build ? awaited(state, state.view.build) : state);
    default:
      return state;
  }
}

function awaited(state: State, build: Build): State {
  const { watch } = state;
  if (hasEnded(build) || watch.awaited.includes(build.id)) return state;
  // An answer that was under way when another one told the end.
  if (watch.ended.some((other) => other.id === build.id)) return state;
  return { ...state, watch: { ...watch, awaited: [...watch.awaited, build.id].slice(-mostAwaited) } };
}

function tellEnded(state: State): State {
  const { watch } = state;
  if (watch.awaited.length === 0) return state;
  const ended = watch.awaited.map((id) => endOf(state, id)).filter((build) => build !== undefined);
  if (ended.length === 0) return state;
  const ids = new Set(ended.map((build) => build.id));
  const next: State = {
    ...state,
    watch: {
      awaited: watch.awaited.filter((id) => !ids.has(id)),
      ended: [...watch.ended, ...ended].slice(-mostEnded),
      endings: watch.endings + ended.length,
    },
  };
  return ended.reduce((said, build) => say(said, toneOf(build), textOf(build)), next);
}

/** The build where either place that knows it says that it has ended. */
function endOf(state: State, id: string): Build | undefined {
  const { view, builds } = state;
  const opened = view?.build?.id === id && hasEnded(view.build) ? view.build : undefined;
  return opened ?? builds.list?.find((build) => build.id === id && hasEnded(build));
}

const toneOf = (build: Build) =>
  build.status === 'SUCCEEDED' ? 'good' : build.status === 'STOPPED' ? 'info' : 'bad';

function textOf(build: Build): string {
  const { startedAt, endedAt } = build;
  const time =
    startedAt === undefined || endedAt === undefined ? '' : ` after ${shortDuration(endedAt - startedAt)}`;
  return `Build ${shortId(build)} (${shortProject(build)}) has ended${time}: ${statusWord(build.status)}.`;
}

/** The builds that ended between two states, in the order they were told. */
export function justEnded(before: State, after: State): readonly Build[] {
  const count = Math.min(after.watch.endings - before.watch.endings, after.watch.ended.length);
  return count > 0 ? after.watch.ended.slice(-count) : [];
}
