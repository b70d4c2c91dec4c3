import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import type { LogEvent, LogPage, LogPosition } from '../../../src/services/logs/log-events.ts';
import { createLogReader, type LogReader } from '../../../src/services/logs/log-reader.ts';

const { signal } = new AbortController();

const refusal = () =>
  new AppError({
    kind: 'invalid',
    message: 'The specified nextToken has expired.',
    cause: Object.assign(new Error('expired'), { name: 'InvalidParameterException' }),
  });

/** What a stream answers next: as it should, or one of the ways it fails. */
type Mood = 'page' | 'empty' | 'stay' | 'replay' | 'replay-older' | 'fail' | 'refuse';

/** A stream in memory with CloudWatch's rules for tokens, and its moods. */
function createStream(events: LogEvent[]) {
  let tokens = 0;
  const answers: LogPage[] = [];
  const positions = new Map<string, number>();
  const tokenAt = (position: number) => {
    tokens += 1;
    const token = `f/${tokens}`;
    positions.set(token, position);
    return token;
  };
  const begin = (position: LogPosition) => {
    if (position.token !== undefined) return positions.get(position.token) ?? 0;
    const { startTime = 0 } = position;
    const from = events.findIndex((event) => event.timestamp >= startTime);
    return from < 0 ? events.length : from;
  };
  return {
    grow: (more: LogEvent[]) => events.push(...more),
    read(mood: Mood, size: number, position: LogPosition): LogPage {
      if (mood === 'fail') throw new AppError({ kind: 'throttled', message: 'busy', retryable: true });
      if (mood === 'refuse' && position.token !== undefined) throw refusal();
      const old = mood === 'replay' ? answers.at(-1) : mood === 'replay-older' ? answers.at(-2) : undefined;
      if (old) return old;
      const from = begin(position);
      const given = mood === 'empty' ? [] : events.slice(from, from + size);
      const stays =
        position.token !== undefined && (mood === 'stay' || (given.length === 0 && mood === 'page'));
      const nextToken = stays ? position.token : tokenAt(from + given.length);
      const answer = { events: given, nextToken };
      answers.push(answer);
      return answer;
    },
  };
}

async function readAll(reader: LogReader): Promise<{ events: LogEvent[]; gaps: number }> {
  const events: LogEvent[] = [];
  let gaps = 0;
  for (let ends = 0; ends < 2; ) {
    const step = await reader.step(signal);
    events.push(...step.events);
    if (step.gap) gaps += 1;
    ends = step.atEnd ? ends + 1 : 0;
  }
  return { events, gaps };
}

/** Few messages and slow stamps: equal events are common. */
const anyEvents = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom('.', 'x', '')), { maxLength: 60 })
  .map((steps) => {
    let now = 1_000;
    return steps.map(([pause, message]): LogEvent => {
      now += pause;
      return { timestamp: now, ingestionTime: now, message };
    });
  });

describe('a log reader', () => {
  it('gives every event once and in order whatever a stream does to its pages', async () => {
    const mood = fc.constantFrom<Mood>('page', 'page', 'empty', 'stay', 'replay', 'replay-older', 'fail');
    await fc.assert(
      fc.asyncProperty(
        anyEvents,
        fc.array(fc.tuple(mood, fc.integer({ min: 1, max: 7 })), { maxLength: 40 }),
        async (events, moods) => {
          const stream = createStream([...events]);
          const rest = [...moods];
          let sulks = 0;
          const reader = createLogReader({
            read: async (position) => {
              const [mood, size] = rest.shift() ?? ['page', 5];
              // Moods that keep the token come three times in a row at most: after that a reader gives up on tokens.
              sulks = mood === 'page' || mood === 'empty' ? 0 : sulks + 1;
              return stream.read(sulks > 3 ? 'page' : mood, size, position);
            },
          });
          const given: LogEvent[] = [];
          while (rest.length > 0) {
            given.push(...(await reader.step(signal).catch(() => ({ events: [] }))).events);
          }
          given.push(...(await readAll(reader)).events);
          expect(given).toEqual(events);
        },
      ),
    );
  });

  it('reads on by time when its token is refused, without losing, doubling or a false gap', async () => {
    const mood = fc.constantFrom<Mood>('page', 'page', 'empty', 'refuse', 'fail');
    await fc.assert(
      fc.asyncProperty(
        anyEvents,
        anyEvents,
        fc.array(fc.tuple(mood, fc.integer({ min: 1, max: 7 })), { maxLength: 40 }),
        async (first, more, moods) => {
          const later = more.map((event) => ({ ...event, timestamp: event.timestamp + 200 }));
          const stream = createStream([...first]);
          const rest = [...moods];
          const reader = createLogReader({
            read: async (position) => stream.read(...(rest.shift() ?? (['page', 5] as const)), position),
          });
          const given: LogEvent[] = [];
          let gaps = 0;
          while (rest.length > 0) {
            const step = await reader.step(signal).catch(() => undefined);
            given.push(...(step?.events ?? []));
            if (step?.gap) gaps += 1;
          }
          stream.grow(later);
          const end = await readAll(reader);
          expect([...given, ...end.events]).toEqual([...first, ...later]);
          expect(gaps + end.gaps).toBe(0);
        },
      ),
    );
  });

  it('tells a gap when the end it knew does not come by again', async () => {
    const event = (timestamp: number): LogEvent => ({ timestamp, ingestionTime: timestamp, message: 'm' });
    const pages: (LogPage | 'refuse')[] = [
      { events: [event(100), event(101)], nextToken: 'a' },
      'refuse',
      { events: [event(900)], nextToken: 'b' },
      { events: [], nextToken: 'b' },
    ];
    const reader = createLogReader({
      read: async () => {
        const page = pages.shift();
        if (page === undefined || page === 'refuse') throw refusal();
        return page;
      },
    });
    await reader.step(signal);
    await reader.step(signal);
    expect(await reader.step(signal)).toEqual({
      events: [event(900)],
      atEnd: false,
      gap: { after: 101, before: 900 },
    });
  });

  it('takes what a server that never moves its token adds, and ends all the same', async () => {
    const all = ['one', 'two', 'three'].map((message, index) => ({
      timestamp: index,
      ingestionTime: index,
      message,
    }));
    const reader = createLogReader({ read: async () => ({ events: all, nextToken: 'same' }) });
    expect((await reader.step(signal)).events).toEqual(all);
    const { events } = await readAll(reader);
    expect(events).toEqual([]);
  });

  it('begins at the time asked for and passes on what is not a matter of tokens', async () => {
    const asked: LogPosition[] = [];
    const reader = createLogReader({
      since: 500,
      read: async (position) => {
        asked.push(position);
        throw new AppError({ kind: 'not-found', message: 'no stream' });
      },
    });
    await expect(reader.step(signal)).rejects.toMatchObject({ kind: 'not-found' });
    expect(asked).toEqual([{ startTime: 500 }]);
    expect(reader.started()).toBe(false);
  });
});
