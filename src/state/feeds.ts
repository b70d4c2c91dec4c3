import type { Build } from '../domain/build.ts';
import { isDiagnosable } from '../domain/diagnosis/diagnose.ts';
import { hasEnded } from '../domain/phases.ts';
import { isRunning } from './builds-list.ts';
import { isShipping } from './is-shipping.ts';
import { troubleOf } from './layout.ts';
import type { State } from './state.ts';
import type { Target } from './state-session.ts';

/** A stream that should run now. Two with the same key are the same stream: it goes on. */
export type Feed = { key: string } & (
  | { feed: 'clock'; everyMs: number }
  /** Opens the account, and keeps it open as long as the feed runs. */
  | { feed: 'session'; target: Target; number: number }
  /** Opening the account has just read it: `atOnce` only after credentials came back. */
  | { feed: 'identity'; atOnce: boolean }
  | { feed: 'profiles' }
  /** Has the sandbox started again where it does not answer: nobody else would. */
  | { feed: 'revival' }
  /** Finds the build named on the command line. */
  | { feed: 'opening'; reference: string; projects: readonly string[] }
  | { feed: 'projects'; names: readonly string[] }
  | { feed: 'builds'; projects: readonly string[]; limit: number }
  | { feed: 'history'; projects: readonly string[]; limit: number }
  | { feed: 'build'; id: string }
  | { feed: 'log'; id: string }
  /** Looks through the open log for what is found, or for the lines a filter leaves. */
  | { feed: 'look'; id: string; what: 'find' | 'filter'; text: string }
  /** Looks once for what is wrong with a build that has ended; in its log too, once that is complete. */
  | { feed: 'diagnosis'; build: Build; hasLog: boolean }
  | { feed: 'distributions' }
  /** Looks for distributions that were cut off on this machine. */
  | { feed: 'leftovers' }
);

const second = 1_000;
/** Builds asked after at the same time without being on screen. */
const mostWatched = 5;

/**
 * The streams that should run in this state. What is not listed is stopped: leaving a screen stops its polling,
 * a raised attempt starts anew, another account ends all that belonged to the last one.
 */
export function feeds(state: State): Feed[] {
  const { session, overlay } = state;
  const everyMs = isMoving(state) ? second : 60 * second;
  const list: Feed[] = [{ key: `clock/${everyMs}`, feed: 'clock', everyMs }];
  if (session.state === 'choosing' || (overlay?.kind === 'picker' && overlay.purpose === 'profile')) {
    list.push({ key: 'profiles', feed: 'profiles' });
  }
  if (session.state === 'choosing') return list;
  const account = `${session.number}`;
  list.push({ key: `session/${account}`, feed: 'session', target: session.target, number: session.number });
  if (session.state !== 'open') return list;
  // Unavailable: something else answers where it was.
  const isGone = ['network', 'unavailable'].includes(troubleOf(state)?.error.kind ?? '');
  if (session.connection.place === 'sandbox' && isGone) {
    list.push({ key: `revival/${account}`, feed: 'revival' });
  }
  const { projects } = session.deployment;
  const atOnce = session.identityAttempt > 1 || session.connection.identity === undefined;
  list.push({
    key: `identity/${account}/${session.identityAttempt}`,
    feed: 'identity',
    atOnce,
  });
  if (state.opening !== undefined) {
    list.push({ key: `opening/${account}`, feed: 'opening', reference: state.opening, projects });
  }
  if (projects.length > 0) {
    list.push({ key: `projects/${account}`, feed: 'projects', names: projects });
  }
  list.push({ key: `leftovers/${account}/${state.distributions.attempt}`, feed: 'leftovers' });
  return [...list, ...watchFeeds(state, account), ...screenFeeds(state, account, projects)];
}

/** Builds whose end is waited for are asked after where nothing on screen does. */
function watchFeeds(state: State, account: string): Feed[] {
  const { route, builds, watch } = state;
  const isOnScreen = (id: string) =>
    route.screen === 'build'
      ? route.id === id
      : route.screen === 'builds' && (builds.list?.some((build) => build.id === id) ?? true);
  return watch.awaited
    .filter((id) => !isOnScreen(id))
    .slice(-mostWatched)
    .map((id) => ({ key: `watched/${account}/${id}`, feed: 'build', id }));
}

function screenFeeds(state: State, account: string, projects: readonly string[]): Feed[] {
  const { route, builds } = state;
  switch (route.screen) {
    case 'builds': {
      const { limit } = builds;
      return [{ key: `builds/${account}/${limit}`, feed: 'builds', projects, limit }];
    }
    case 'build': {
      const { id, attempt } = route;
      const list: Feed[] = [
        { key: `build/${account}/${id}/${attempt}`, feed: 'build', id },
        { key: `log/${account}/${id}/${attempt}`, feed: 'log', id },
      ];
      for (const [what, text] of [
        ['find', state.view?.log.find ?? ''],
        ['filter', state.view?.log.filter ?? ''],
      ] as const) {
        if (text !== '') list.push({ key: `${what}/${account}/${id}/${text}`, feed: 'look', id, what, text });
      }
      list.push(...diagnosisFeed(state, `${account}/${attempt}`));
      // "usual" is told by the project's past, which nobody read yet where a build was opened directly.
      if (!builds.list) {
        list.push({ key: `history/${account}`, feed: 'history', projects, limit: builds.limit });
      }
      return list;
    }
    case 'distributions': {
      const key = `distributions/${account}/${state.distributions.attempt}`;
      return [{ key, feed: 'distributions' }];
    }
    case 'first-run':
    case 'ship':
      return [];
  }
}

function diagnosisFeed({ view }: State, opening: string): Feed[] {
  if (!view?.build || !hasEnded(view.build) || !isDiagnosable(view.build)) return [];
  const { build, log } = view;
  const known = log.end ? `log ${log.version}` : 'build';
  const key = `diagnosis/${opening}/${build.id}/${build.status}/${known}`;
  return [{ key, feed: 'diagnosis', build, hasLog: log.end !== undefined }];
}

/** Whether something on screen changes with every second: only then the clock ticks that often. */
export function isMoving(state: State): boolean {
  if (state.notice || Object.keys(state.actions).length > 0) return true;
  if (state.session.state === 'connecting') return true;
  switch (state.route.screen) {
    case 'builds':
      return state.builds.trouble !== undefined || (state.builds.list?.some(isRunning) ?? false);
    case 'build': {
      const { view } = state;
      if (!view) return false;
      return view.trouble !== undefined || view.build === undefined || isRunning(view.build) || !view.log.end;
    }
    case 'distributions':
      return state.distributions.trouble !== undefined;
    case 'ship':
      return isShipping(state);
    case 'first-run':
      return false;
  }
}
