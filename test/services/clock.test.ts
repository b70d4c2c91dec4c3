import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/services/clock.ts';

it('sleeps, and leaves nothing behind on the signal', async () => {
  const { signal } = new AbortController();
  const before = systemClock.now();
  await systemClock.sleep(2, signal);
  await systemClock.sleep(0);
  // A timer may come a millisecond early by the wall clock.
  expect(systemClock.now()).toBeGreaterThanOrEqual(before + 1);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('is woken by an abort with its reason, and does not fall asleep after one', async () => {
  const controller = new AbortController();
  const asleep = systemClock.sleep(1_000_000, controller.signal);
  const reason = new Error('enough');
  controller.abort(reason);
  await expect(asleep).rejects.toBe(reason);
  await expect(systemClock.sleep(1_000_000, controller.signal)).rejects.toBe(reason);
});
