import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import type { LogEvent, OlderPage, OlderPosition } from '../../../src/services/logs/log-events.ts';
import { createBackwardReader } from '../../../src/services/logs/log-reader-backward.ts';

const { signal } = new AbortController();

const refusal = () =>
  new AppError({
    kind: 'invalid',
    message: 'The specified nextToken has expired.',
    cause: Object.assign(new Error('expired'), { name: 'InvalidParameterException' }),
  });

type Mood = 'page' | 'empty' | 'stay' | 'replay' | 'fail' | 'refuse';

/** A stream in memory with CloudWatch's rules for backward tokens, and its moods. */
function createStream(events: readonly LogEvent[]) {
  let tokens = 0;
  let last: OlderPage | undefined;
  const places = new Map<string, number>();
  const tokenAt = (place: number) => {
    tokens += 1;
    places.set(`b/${tokens}`, place);
    return `b/${tokens}`;
  };
  const endOf = (position: OlderPosition) => {
    if (position.token !== undefined) return places.get(position.token) ?? 0;
    const { endTime = Number.POSITIVE_INFINITY } = position;
    const end = events.findIndex((event) => event.timestamp >= endTime);
    return end < 0 ? events.length : end;
  };
  return (mood: Mood, size: number, position: OlderPosition): OlderPage => {
    if (mood === 'fail') throw new AppError({ kind: 'throttled', message: 'busy', retryable: true });
    if (mood === 'refuse' && position.token !== undefined) throw refusal();
    if (mood === 'replay' && last) return last;
    const end = endOf(position);
    const given = mood === 'empty' ? [] : events.slice(Math.max(0, end - size), end);
    const stays =
      position.token !== undefined && (mood === 'stay' || (given.length === 0 && mood === 'page'));
    const nextToken = stays ? position.token : tokenAt(end - given.length);
    last = { events: given, nextToken, forwardToken: 'f/1' };
    return last;
  };
}

async function readAll(read: (position: OlderPosition) => OlderPage) {
  const reader = createBackwardReader({ read: async (position) => read(position) });
  let events: LogEvent[] = [];
  const gaps: { after: number; before: number }[] = [];
  for (let steps = 0, isOver = false; !isOver; steps += 1) {
    if (steps > 5_000) throw new Error('It never comes to the beginning.');
    const step = await reader.step(signal).catch((error: unknown) => {
      if (error instanceof AppError && error.kind === 'throttled') return undefined;
      throw error;
    });
    if (!step) continue;
    events = [...step.events, ...events];
    if (step.gap) gaps.push(step.gap);
    isOver = step.atBeginning;
  }
  return { events, gaps };
}

/** Few messages and slow stamps: equal events are common, also at the borders of pages. */
const anyEvents = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom('.', 'x', '')), { maxLength: 60 })
  .map((steps) => {
    let timestamp = 1_000;
    return steps.map(([step, message]): LogEvent => {
      timestamp += step;
      return { timestamp, ingestionTime: timestamp, message };
    });
  });

/** A refused token, and old answers to what is read by time after it, cannot be told apart: not both in one run. */
const anyMoods = fc.oneof(
  fc.array(fc.constantFrom<Mood>('page', 'page', 'empty', 'stay', 'replay', 'fail'), { maxLength: 60 }),
  fc.array(fc.constantFrom<Mood>('page', 'page', 'empty', 'refuse', 'fail'), { maxLength: 60 }),
);

describe('reading a log upwards', () => {
  it('gives every event once and in order, or tells a gap where some are missing', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvents, anyMoods, fc.integer({ min: 1, max: 9 }), async (events, moods, size) => {
        const stream = createStream(events);
        const left = [...moods];
        let sulks = 0;
        const { events: got, gaps } = await readAll((place) => {
          const mood = left.shift() ?? 'page';
          // Moods that keep the token come twice in a row at most: after that a reader believes them.
          if (mood === 'stay' || mood === 'replay') sulks += 1;
          else if (mood !== 'fail') sulks = 0;
          return stream(sulks > 2 ? 'page' : mood, size, place);
        });
        if (gaps.length === 0) expect(got).toEqual(events);
        // Never anything twice and never out of order, gaps or not.
        let at = 0;
        for (const event of got) {
          at = events.findIndex(
            (one, index) => index >= at && one.timestamp === event.timestamp && one.message === event.message,
          );
          expect(at).toBeGreaterThanOrEqual(0);
          at += 1;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is exact after refused tokens where a page holds more than one stamp’s events', async () => {
    const events = Array.from({ length: 100 }, (_, index) => {
      const timestamp = 1_000 + Math.floor(index / 3);
      return { timestamp, ingestionTime: timestamp, message: 'equal' };
    });
    const stream = createStream(events);
    let calls = 0;
    const { events: got, gaps } = await readAll((place) => {
      calls += 1;
      return stream(calls % 2 === 0 && calls < 24 ? 'refuse' : 'page', 10, place);
    });
    expect(got).toEqual(events);
    expect(gaps).toEqual([]);
  });

  it('goes past a stamp with more events than a page, telling the gap, where every token is refused', async () => {
    const event = (timestamp: number, message: string) => ({ timestamp, ingestionTime: 1, message });
    const events = [event(1, 'old'), ...Array.from({ length: 20 }, () => event(5, 'same')), event(9, 'new')];
    const stream = createStream(events);
    let refusals = 0;
    const { events: got, gaps } = await readAll((place) => {
      if (place.token === undefined || refusals >= 3) return stream('page', 8, place);
      refusals += 1;
      return stream('refuse', 8, place);
    });
    expect(got.map((one) => one.timestamp).filter((stamp) => stamp !== 5)).toEqual([1, 9]);
    expect(gaps).toEqual([{ after: 1, before: 5 }]);
  });

  it('asks for a small page first, and for the place after it only once', async () => {
    const asked: OlderPosition[] = [];
    const stream = createStream([{ timestamp: 1, ingestionTime: 1, message: 'one' }]);
    const reader = createBackwardReader({
      read: async (place) => {
        asked.push(place);
        return stream('page', 10, place);
      },
    });
    expect(await reader.step(signal)).toMatchObject({ forwardToken: 'f/1', atBeginning: false });
    for (const atBeginning of [false, false, true]) {
      expect(await reader.step(signal)).toEqual({ events: [], atBeginning });
    }
    expect(asked.slice(0, 2)).toEqual([{ limit: 1_000 }, { token: 'b/1' }]);
  });
});
