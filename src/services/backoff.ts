import type { ErrorKind } from '../domain/errors.ts';

/** First and longest pause in ms after a failure of a kind; each further failure in a row doubles it. */
type Steps = { first: number; most: number };

const gentle: Steps = { first: 1_000, most: 30_000 };

const steps: Partial<Record<ErrorKind, Steps>> = {
  // A busy account is shared with others: leave it alone for longer.
  throttled: { first: 2_000, most: 60_000 },
  network: gentle,
  unavailable: gentle,
  // Looking for new credentials is local and cheap, and the user waits for the screen to notice the sign-in.
  credentials: { first: 3_000, most: 10_000 },
};

/** What no retry mends by itself is asked again all the same, seldom: someone may be granting it right now. */
const rare: Steps = { first: 10_000, most: 60_000 };

/**
 * Milliseconds to wait after the `failures`th failure in a row (1 is the first), with up to a fifth on top of
 * `random` so that many programs do not come back together.
 */
export function backoff(kind: ErrorKind, failures: number, random: () => number): number {
  const { first, most } = steps[kind] ?? rare;
  return withJitter(Math.min(most, first * 2 ** Math.min(failures - 1, 16)), random, 0.2);
}

/** `ms` plus up to `share` of it. Never less than `ms`: call budgets count on the pause. */
export function withJitter(ms: number, random: () => number, share = 0.1): number {
  return Math.round(ms * (1 + share * random()));
}
