import type { Clock } from '../domain/clock.ts';
import type { Event } from '../state/events.ts';
import { reduce } from '../state/reduce.ts';
import type { State } from '../state/state.ts';

/** Holds the state. Events change it at once; listeners hear of it once for all events of the same turn. */
export type Store = {
  get(): State;
  dispatch(event: Event): void;
  /** Calls back after changes; returns the way to stop. */
  subscribe(listener: () => void): () => void;
};

/** `record`: sees every event with its time, for the debug file. */
export function createStore(
  initial: State,
  clock: Pick<Clock, 'now'>,
  record?: (event: Event, at: number) => void,
): Store {
  let state = initial;
  let isPending = false;
  const listeners = new Set<() => void>();
  const tell = () => {
    isPending = false;
    for (const listener of listeners) listener();
  };
  return {
    get: () => state,
    dispatch(event) {
      const now = clock.now();
      record?.(event, now);
      const next = reduce(state, event, now);
      if (next === state) return;
      state = next;
      // One drawing for `jjj`, or for what comes in one turn: a drawing costs milliseconds, an event next to nothing.
      if (isPending) return;
      isPending = true;
      process.nextTick(tell);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
