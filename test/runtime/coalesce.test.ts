import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { coalesce } from '../../src/runtime/coalesce.ts';
import { createChannel } from '../support/fake-services.ts';
import { createManualClock } from '../support/manual-clock.ts';

function setUp() {
  const clock = createManualClock(0);
  const source = createChannel<number>();
  const controller = new AbortController();
  const { signal } = controller;
  let sum = 0;
  const seen: number[] = [];
  const deps = {
    fold: (item: number) => {
      sum += item;
    },
    snapshot: () => sum,
    clock,
    everyMs: 100,
  };
  const ended = (async () => {
    for await (const snapshot of coalesce(source.read(signal), deps, signal)) seen.push(snapshot);
  })();
  ended.catch(() => {});
  return { clock, source, controller, seen, ended, sum: () => sum };
}

describe('coalescing', () => {
  it('tells of the first change at once and of the next ones together', async () => {
    const { clock, source, seen } = setUp();
    source.push(1);
    await turn();
    expect(seen).toEqual([1]);
    source.push(2);
    await turn();
    source.push(3);
    await turn();
    expect(seen).toEqual([1]);
    await clock.advance(100);
    expect(seen).toEqual([1, 6]);
  });

  it('takes in everything at once, whatever it tells', async () => {
    const { source, sum } = setUp();
    for (let i = 0; i < 1_000; i += 1) source.push(1);
    await turn();
    expect(sum()).toBe(1_000);
  });

  it('tells nothing while nothing changes', async () => {
    const { clock, source, seen } = setUp();
    source.push(1);
    await turn();
    await clock.advance(10_000);
    expect(seen).toEqual([1]);
    expect(clock.sleeping()).toBe(0);
    source.push(1);
    await turn();
    expect(seen).toEqual([1, 2]);
  });

  it('tells at most every hundred milliseconds', async () => {
    const { clock, source, seen } = setUp();
    for (let ms = 0; ms < 1_000; ms += 10) {
      source.push(1);
      await clock.advance(10);
    }
    expect(seen.length).toBeLessThanOrEqual(11);
    expect(seen.length).toBeGreaterThanOrEqual(9);
  });

  it('tells the last change without waiting when the source ends', async () => {
    const { source, seen, ended } = setUp();
    source.push(1);
    await turn();
    source.push(2);
    source.end();
    await ended;
    expect(seen).toEqual([1, 3]);
  });

  it('throws what the source throws, after what it said before', async () => {
    const { source, seen, ended } = setUp();
    source.push(1);
    source.fail(new Error('broken'));
    await expect(ended).rejects.toThrow('broken');
    expect(seen).toEqual([1]);
  });

  it('ends when it is aborted, whether it waits or sleeps', async () => {
    const waiting = setUp();
    waiting.controller.abort();
    await waiting.ended.catch(() => {});
    const sleeping = setUp();
    sleeping.source.push(1);
    await turn();
    sleeping.controller.abort();
    await sleeping.ended.catch(() => {});
    expect(sleeping.clock.sleeping()).toBe(0);
  });
});
