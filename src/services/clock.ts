import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';

/** The machine's own clock; handed down by the composition roots alone. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      // Node wraps the reason; callers of a Clock are promised the reason itself.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
