import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../../src/domain/clock.ts';

/** Pauses this long or longer are limits that must not be reached, and never are. */
const patienceMs = 5_000;

export type QuickClock = Clock & {
  advance(ms: number): void /** Sleeps that were waited out. */;
  naps(): number;
};

/** A clock for work over the wire: the short pauses between retries pass at once, and time limits never do. */
export function createQuickClock(start: number): QuickClock {
  let now = start;
  let naps = 0;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    naps: () => naps,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      if (ms >= patienceMs) {
        await new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
        );
      }
      await turn();
      signal?.throwIfAborted();
      now += ms;
      naps += 1;
    },
  };
}
