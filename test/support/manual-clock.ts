import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/domain/clock.ts';

/** A clock that stands still until it is told to go on. */
export type ManualClock = Clock & {
  /** Moves on by `ms`, waking whoever sleeps until then in the order of their times. */
  advance(ms: number): Promise<void>;
  /**
   * Jumps from sleeper to sleeper until the condition holds: hours pass in no time. Waits for work that is done in
   * real time (files, sockets) by letting the event loop turn; so that such work is not overtaken by a time limit, no
   * jump is longer than `maxJumpMs` (two minutes).
   */
  runUntil(done: () => boolean | Promise<boolean>, maxJumpMs?: number): Promise<void>;
  /** Sleepers now. */
  sleeping(): number;
};

type Sleeper = { until: number; wake: () => void };

/** @param start epoch milliseconds */
export function createManualClock(start: number): ManualClock {
  let now = start;
  const sleepers = new Set<Sleeper>();
  const next = (limit: number): Sleeper | undefined =>
    [...sleepers]
      .filter(({ until }) => until <= limit)
      .reduce<Sleeper | undefined>(
        (first, one) => (first && first.until <= one.until ? first : one),
        undefined,
      );
  const wake = (sleeper: Sleeper): void => {
    sleepers.delete(sleeper);
    now = Math.max(now, sleeper.until);
    sleeper.wake();
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper: Sleeper = {
          until: now + Math.max(ms, 0),
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        const abort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      }),
    async advance(ms) {
      const target = now + ms;
      for (;;) {
        // Whoever was woken gets to sleep anew before the next one is looked for.
        await turn();
        const sleeper = next(target);
        if (sleeper === undefined) break;
        wake(sleeper);
      }
      now = target;
      await turn();
    },
    async runUntil(done, maxJumpMs = 120_000) {
      while (!(await done())) {
        await turn();
        if (await done()) return;
        const sleeper = next(now + maxJumpMs);
        if (sleeper !== undefined) wake(sleeper);
      }
    },
    sleeping: () => sleepers.size,
  };
}
