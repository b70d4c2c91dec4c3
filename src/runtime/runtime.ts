import type { AppError } from '../domain/errors.ts';
import type { Event } from '../state/events.ts';
import { feeds } from '../state/feeds.ts';
import { isEffect, type Step } from '../state/handlers.ts';
import { pasted, press } from '../state/press.ts';
import type { State } from '../state/state.ts';
import type { ActionDeps } from './action-deps.ts';
import { createActions } from './actions.ts';
import { createFeedRunner } from './feed-runner.ts';
import { createLogModels, type LogModels } from './log-models.ts';
import type { SessionHolder } from './session.ts';
import type { SourceDeps } from './source-deps.ts';
import { failedFeed, openFeed } from './sources.ts';
import { createStore, type Store } from './store.ts';
import { type EndingsDeps, tellEndings } from './tell-endings.ts';

export type RuntimeDeps = Pick<
  SourceDeps,
  'connect' | 'sandbox' | 'clock' | 'home' | 'options' | 'profiles'
> &
  Pick<ActionDeps, 'terminal' | 'settings' | 'files' | 'newToken' | 'openUrl' | 'recordLatestBuild'> & {
    initial: State;
    /** Bytes that the log of a build may take. */
    maxLogBytes: number;
    terminal: EndingsDeps['terminal'];
    notify: EndingsDeps['notify'];
    /** Sees every event with its time. */
    record?: (event: Event, at: number) => void;
  };

/** The program without its screen: state, streams and actions. */
export type Runtime = {
  store: Store;
  logs: LogModels;
  press(key: string): void;
  paste(text: string): void;
  /** Resolves when the user quits, or with the error the program cannot go on with. */
  ended: Promise<AppError | undefined>;
  /** Ends every stream and action and waits for them. */
  stop(): Promise<void>;
};

export function createRuntime(deps: RuntimeDeps): Runtime {
  const { clock } = deps;
  const store = createStore(deps.initial, clock, deps.record);
  const logs = createLogModels({ maxBytes: deps.maxLogBytes });
  const holder: SessionHolder = { services: undefined };
  const end = Promise.withResolvers<AppError | undefined>();
  const actions = createActions({
    ...deps,
    holder,
    logs,
    get: store.get,
    dispatch: store.dispatch,
    quit: () => end.resolve(undefined),
  });
  const sourceDeps: SourceDeps = {
    ...deps,
    holder,
    logs,
    get: store.get,
    jump: (line) => actions.perform({ effect: 'log', move: { to: 'line', line } }),
  };
  const runner = createFeedRunner({
    open: (feed: ReturnType<typeof feeds>[number], signal) => openFeed(feed, sourceDeps, signal),
    failed: (feed, error) => failedFeed(feed, error, clock.now()),
    emit: store.dispatch,
  });
  let seen = store.get();
  const follow = () => {
    const state = store.get();
    tellEndings(deps, seen, state);
    seen = state;
    if (state.fatal) end.resolve(state.fatal);
    runner.sync(feeds(state));
  };
  const unsubscribe = store.subscribe(follow);
  follow();
  const perform = (steps: readonly Step[]) => {
    for (const step of steps) {
      if (isEffect(step)) actions.perform(step);
      else store.dispatch(step);
    }
  };
  return {
    store,
    logs,
    press: (key) => perform(press(store.get(), key)),
    paste: (text) => perform(pasted(store.get(), text)),
    ended: end.promise,
    async stop() {
      unsubscribe();
      await Promise.all([runner.stop(), actions.stop()]);
    },
  };
}
