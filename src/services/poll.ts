import type { Clock } from '../domain/clock.ts';
import { type AppError, isAbort, toAppError } from '../domain/errors.ts';
import { backoff, withJitter } from './backoff.ts';
import type { Wake } from './wake.ts';

export type PollOptions<T> = {
  clock: Clock;
  /** 0 to below 1. */
  random: () => number;
  /** Asks once. What it learned before it fails should be kept: after a failure it is simply called again. */
  ask(signal: AbortSignal): Promise<T>;
  /** Milliseconds until the next ask, before jitter; undefined ends the poll. Short while something moves. */
  pace(answer: T): number | undefined;
  /** Cuts the pause short. */
  wake: Wake;
};

export type PollUpdate<T> =
  | { kind: 'answer'; answer: T; at: number; nextPollAt: number }
  /** `since`: when the first ask of those failing in a row was made. */
  | { kind: 'trouble'; error: AppError; since: number; nextTryAt: number };

/**
 * The one poll loop of the program: asks, yields, pauses, and asks again. Never overlapping, since it is one loop;
 * a failure is yielded as `trouble` and asked again with growing pauses, whatever it was.
 * Ends without throwing when the signal aborts.
 */
export async function* poll<T>(options: PollOptions<T>, signal: AbortSignal): AsyncGenerator<PollUpdate<T>> {
  const { clock, random } = options;
  let failures = 0;
  let since = 0;
  while (!signal.aborted) {
    let next: number;
    const begun = clock.now();
    try {
      const answer = await options.ask(signal);
      failures = 0;
      const pace = options.pace(answer);
      const at = clock.now();
      next = at + (pace === undefined ? 0 : withJitter(pace, random));
      yield { kind: 'answer', answer, at, nextPollAt: next };
      if (pace === undefined) return;
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return;
      const error = toAppError(thrown);
      failures += 1;
      const at = clock.now();
      if (failures === 1) since = begun;
      next = at + backoff(error.kind, failures, random);
      yield { kind: 'trouble', error, since, nextTryAt: next };
    }
    try {
      await options.wake.sleep(clock, Math.max(0, next - clock.now()), signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}
