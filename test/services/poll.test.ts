import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorKind } from '../../src/domain/errors.ts';
import { backoff, withJitter } from '../../src/services/backoff.ts';
import { type PollUpdate, poll } from '../../src/services/poll.ts';
import { createWake } from '../../src/services/wake.ts';
import { createManualClock } from '../support/manual-clock.ts';

const throttled = () => new AppError({ kind: 'throttled', message: 'busy', retryable: true });

function startPoll<T>(
  ask: (count: number, signal: AbortSignal) => Promise<T>,
  pace: (answer: T) => number | undefined,
) {
  const clock = createManualClock(0);
  const wake = createWake();
  const stop = new AbortController();
  const updates: PollUpdate<T>[] = [];
  const asked: number[] = [];
  const over = (async () => {
    const options = {
      clock,
      random: () => 0,
      wake,
      pace,
      ask: (signal: AbortSignal) => {
        asked.push(clock.now());
        return ask(asked.length, signal);
      },
    };
    for await (const update of poll(options, stop.signal)) updates.push(update);
  })();
  return { clock, wake, stop, updates, asked, over };
}

describe('a poll', () => {
  it('asks at the pace its answers set, until there is none', async () => {
    const { clock, updates, asked, over } = startPoll(
      async (count) => count,
      (count) => (count < 4 ? count * 1_000 : undefined),
    );
    await clock.advance(10_000);
    await over;
    expect(asked).toEqual([0, 1_000, 3_000, 6_000]);
    expect(updates.map((update) => (update.kind === 'answer' ? update.nextPollAt : -1))).toEqual([
      1_000, 3_000, 6_000, 6_000,
    ]);
  });

  it('never asks while an answer is on its way', async () => {
    const answer = Promise.withResolvers<string>();
    const { clock, asked, wake, stop, over } = startPoll(
      () => answer.promise,
      () => 1_000,
    );
    await clock.advance(60_000);
    wake.wake();
    await clock.advance(60_000);
    expect(asked).toEqual([0]);
    answer.resolve('late');
    await clock.advance(0);
    // Woken meanwhile: asked again at once, and once.
    await clock.advance(500);
    expect(asked).toEqual([0, 120_000]);
    stop.abort();
    await over;
  });

  it('backs off longer and longer while throttled, says since when, and forgets it after an answer', async () => {
    const { clock, updates, asked, stop, over } = startPoll(
      async (count) => {
        if (count < 4 || count === 5) throw throttled();
        return 'fine';
      },
      () => 5_000,
    );
    await clock.advance(25_000);
    expect(asked).toEqual([0, 2_000, 6_000, 14_000, 19_000, 21_000]);
    const troubles = updates.flatMap((update) => (update.kind === 'trouble' ? [update] : []));
    expect(troubles.map(({ since }) => since)).toEqual([0, 0, 0, 19_000]);
    expect(troubles.map(({ nextTryAt }) => nextTryAt)).toEqual([2_000, 6_000, 14_000, 21_000]);
    stop.abort();
    await over;
  });

  it('turns any throw into trouble, even one of its own making', async () => {
    const { clock, updates, stop, over } = startPoll(
      async () => {
        throw new TypeError('x is not a function');
      },
      () => 1,
    );
    await clock.advance(0);
    expect(updates).toMatchObject([{ kind: 'trouble', error: { kind: 'bug' } }]);
    stop.abort();
    await over;
  });

  it.each(['while it sleeps', 'while it asks'])('ends without a throw when aborted %s', async (when) => {
    const { clock, stop, over, asked } = startPoll(
      (_, signal) =>
        when === 'while it sleeps'
          ? Promise.resolve('fine')
          : new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
            }),
      () => 1_000,
    );
    await clock.advance(500);
    stop.abort();
    await over;
    expect(asked).toEqual([0]);
    expect(clock.sleeping()).toBe(0);
  });

  it('is woken from its pause, and a call before the pause is not lost', async () => {
    const { clock, wake, asked, stop, over } = startPoll(
      async () => 'fine',
      () => 60_000,
    );
    await clock.advance(10_000);
    wake.wake();
    await clock.advance(1_000);
    expect(asked).toEqual([0, 10_000]);
    stop.abort();
    await over;
  });
});

describe('pauses', () => {
  const kind = fc.constantFrom<ErrorKind>(
    'throttled',
    'network',
    'unavailable',
    'credentials',
    'permission',
    'bug',
  );

  it('grow with every failure, stay within bounds, and only ever gain by jitter', () => {
    fc.assert(
      fc.property(
        kind,
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (of, failures, random) => {
          const pause = backoff(of, failures, () => random);
          expect(pause).toBeGreaterThanOrEqual(backoff(of, failures, () => 0));
          expect(pause).toBeGreaterThanOrEqual(1_000);
          expect(pause).toBeLessThanOrEqual(72_000);
          expect(backoff(of, failures + 1, () => 0)).toBeGreaterThanOrEqual(backoff(of, failures, () => 0));
          expect(withJitter(1_000, () => random)).toBeGreaterThanOrEqual(1_000);
        },
      ),
    );
  });
});
