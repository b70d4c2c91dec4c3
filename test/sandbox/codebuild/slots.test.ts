import { describe, expect, test } from 'vitest';
import { createSlots } from '../../../src/sandbox/codebuild/slots.ts';

const never = new AbortController().signal;

describe('slots', () => {
  test('go to those who wait in the order in which they came', async () => {
    const slots = createSlots(1);
    const order: number[] = [];
    const first = await slots.take(never);
    expect(slots.hasRoom()).toBe(false);
    const waiting = [1, 2, 3].map(async (number) => {
      const release = await slots.take(never);
      order.push(number);
      release();
    });
    first();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    expect(slots.hasRoom()).toBe(true);
  });

  test('are given back once, however often that is said', async () => {
    const slots = createSlots(1);
    const release = await slots.take(never);
    release();
    release();
    await slots.take(never);
    expect(slots.hasRoom()).toBe(false);
  });

  test('are not lost on one who gave up waiting', async () => {
    const slots = createSlots(1);
    const release = await slots.take(never);
    const abort = new AbortController();
    const given = slots.take(abort.signal);
    const next = slots.take(never);
    abort.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    release();
    (await next)();
    expect(slots.hasRoom()).toBe(true);
    await expect(slots.take(AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
    expect(slots.hasRoom()).toBe(true);
  });
});
