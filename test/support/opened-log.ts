import type { LogLine } from '../../src/domain/log.ts';
import { windowAt } from '../../src/domain/log-window.ts';
import type { ActionDeps } from '../../src/runtime/action-deps.ts';
import { createActions } from '../../src/runtime/actions.ts';
import { createLogModels, type LogModel } from '../../src/runtime/log-models.ts';
import type { Event } from '../../src/state/events.ts';
import { isEffect } from '../../src/state/handlers.ts';
import { logWindowOf } from '../../src/state/log-window.ts';
import { press } from '../../src/state/press.ts';
import { reduce } from '../../src/state/reduce.ts';
import type { State } from '../../src/state/state.ts';
import type { LogView } from '../../src/state/state-log.ts';
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.tsx';
import { createManualClock } from './manual-clock.ts';
import { pictureTime } from './sample-builds.ts';
import { keyed, withBuilds } from './states.ts';

export type OpenedLog = {
  log: LogModel;
  terminal: FakeTerminal;
  get(): State;
  view(): LogView;
  /** Presses keys as the key table names them, and does what they lead to. */
  keys(...names: string[]): void;
  hear(event: Event): void;
  /** Lines that arrive: so many numbered ones, or these. */
  arrive(lines: number | readonly string[]): void;
  /** Numbers of the lines on screen. */
  shown(): number[];
  /** The last thing that was said. */
  said(): string | undefined;
  saved: { path: string; text: string; overwrite: boolean }[];
};

/** The first of the sample builds, opened, with a log of its own; no streams run. */
export function openLog(
  given: { lines?: number | readonly string[]; deps?: Partial<ActionDeps> } = {},
): OpenedLog {
  const clock = createManualClock(pictureTime);
  const terminal = createFakeTerminal();
  const logs = createLogModels();
  let state = keyed(withBuilds(), 'enter');
  const id = state.view?.id ?? '';
  const log = logs.begin(id);
  const saved: OpenedLog['saved'] = [];
  const dispatch = (event: Event) => {
    state = reduce(state, event, state.now);
  };
  const notNeeded = () => {
    throw new Error('not needed here');
  };
  const actions = createActions({
    holder: { services: undefined },
    clock,
    terminal,
    settings: { update: notNeeded },
    files: {
      save: async (path, lines, { overwrite }) => {
        if (!overwrite && saved.some((it) => it.path === path)) return 'exists';
        saved.push({ path, text: [...lines].join(''), overwrite });
        return { path, bytes: 1 };
      },
      saveWhole: notNeeded,
      folder: notNeeded,
    },
    logs,
    get: () => state,
    dispatch,
    newToken: notNeeded,
    openUrl: undefined,
    recordLatestBuild: undefined,
    quit: notNeeded,
    ...given.deps,
  });
  const arrive = (lines: number | readonly string[]) => {
    const texts =
      typeof lines === 'number' ? Array.from({ length: lines }, (_, at) => `line ${log.count + at}`) : lines;
    const stamped: LogLine[] = texts.map((text) => ({ timestamp: pictureTime, text }));
    log.take({ kind: 'lines', lines: stamped }, state.now);
    dispatch({ type: 'log', id, progress: log.progress() });
  };
  if (given.lines !== undefined) arrive(given.lines);
  return {
    log,
    terminal,
    get: () => state,
    view: () => state.view?.log as LogView,
    keys(...names) {
      for (const name of names) {
        for (const step of press(state, name)) {
          if (isEffect(step)) actions.perform(step);
          else dispatch(step);
        }
      }
    },
    hear: dispatch,
    arrive,
    shown() {
      const window = logWindowOf(state, log);
      return window ? windowAt(window.source, window.top, window.height).map((place) => place.line) : [];
    },
    said: () => state.messages.at(-1)?.text,
    saved,
  };
}
