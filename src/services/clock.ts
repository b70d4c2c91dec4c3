import type { Clock } from '../domain/clock.ts';

/** The machine's own clock; handed down by the composition roots alone. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Half the work of the timer of `node:timers/promises`, and no reason wrapped in another error.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', abort);
    }),
};
