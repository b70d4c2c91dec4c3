import { describe, expect, it } from 'vitest';
import { deadline, sparing } from '../../../src/services/distributions/grace.ts';
import { createManualClock } from '../../support/manual-clock.ts';

/** A request that ends when its signal does, or when told to. */
function request() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let signal: AbortSignal | undefined;
  return {
    answer: resolve,
    cut: () => signal?.aborted ?? false,
    work(given: AbortSignal) {
      signal = given;
      given.addEventListener('abort', () => reject(given.reason));
      return promise;
    },
  };
}

describe('a request that must not be cut once it is out', () => {
  it('is cut at once before that', async () => {
    const clock = createManualClock(0);
    const cancel = new AbortController();
    const { work } = request();
    const result = sparing(cancel.signal, () => false, clock, work);
    cancel.abort();
    await expect(result).rejects.toMatchObject({ name: 'AbortError' });
    expect(clock.sleeping()).toBe(0);
  });

  it('is answered behind it, and nothing is left waiting', async () => {
    const clock = createManualClock(0);
    const cancel = new AbortController();
    const { work, answer, cut } = request();
    const result = sparing(cancel.signal, () => true, clock, work);
    cancel.abort();
    await clock.advance(1_000);
    expect(cut()).toBe(false);
    answer('done');
    expect(await result).toBe('done');
    expect(clock.sleeping()).toBe(0);
  });

  it('is cut after a grace where no answer comes', async () => {
    const clock = createManualClock(0);
    const cancel = new AbortController();
    const { work } = request();
    const result = sparing(cancel.signal, () => true, clock, work);
    const ended = expect(result).rejects.toMatchObject({ name: 'AbortError' });
    cancel.abort();
    await clock.advance(60_000);
    await ended;
  });

  it('is not begun after the cancel', async () => {
    let begun = false;
    const work = async () => {
      begun = true;
    };
    await expect(sparing(AbortSignal.abort(), () => true, createManualClock(0), work)).rejects.toThrow();
    expect(begun).toBe(false);
  });
});

describe('a deadline', () => {
  it('aborts when its time is over', async () => {
    const clock = createManualClock(0);
    const { signal } = deadline(clock, 1_000);
    await clock.advance(999);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signal.aborted).toBe(true);
  });

  it('leaves nothing waiting when it is done', async () => {
    const clock = createManualClock(0);
    const { signal, done } = deadline(clock, 1_000);
    done();
    expect(clock.sleeping()).toBe(0);
    await clock.advance(2_000);
    expect(signal.aborted).toBe(false);
  });
});
