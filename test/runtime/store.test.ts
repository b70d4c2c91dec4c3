import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createStore } from '../../src/runtime/store.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { withBuilds } from '../support/states.ts';

describe('the store', () => {
  it('changes at once and tells once for all events of a turn', async () => {
    const clock = createManualClock(withBuilds().now);
    const store = createStore(withBuilds(), clock);
    let told = 0;
    store.subscribe(() => {
      told += 1;
    });
    for (let i = 0; i < 3; i += 1) store.dispatch({ type: 'build-moved', by: 1 });
    expect(store.get().builds.selected).toMatch(/def67890/);
    expect(told).toBe(0);
    await turn();
    expect(told).toBe(1);
  });

  it('tells nobody of an event that changed nothing', async () => {
    const store = createStore(withBuilds(), createManualClock(0));
    let told = 0;
    store.subscribe(() => {
      told += 1;
    });
    store.dispatch({ type: 'notice-cleared' });
    store.dispatch({ type: 'resized', columns: 80, rows: 24 });
    await turn();
    expect(told).toBe(0);
  });

  it('tells nobody who has stopped listening, and records every event with its time', async () => {
    const clock = createManualClock(1_000);
    const record: string[] = [];
    const store = createStore(withBuilds(), clock, (event, at) => record.push(`${at} ${event.type}`));
    let told = 0;
    const stop = store.subscribe(() => {
      told += 1;
    });
    stop();
    store.dispatch({ type: 'tick' });
    await clock.advance(500);
    store.dispatch({ type: 'notice-cleared' });
    expect(told).toBe(0);
    expect(record).toEqual(['1000 tick', '1500 notice-cleared']);
    expect(store.get().now).toBe(1_000);
  });
});
