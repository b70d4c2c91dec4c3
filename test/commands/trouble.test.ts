import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTroubleLines } from '../../src/commands/trouble-lines.ts';
import type { DistributionEvent } from '../../src/domain/distribution.ts';
import { AppError } from '../../src/domain/errors.ts';
import { windowsBuild } from '../support/build-scripts.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { type CommandBench, openCommandBench } from './bench.ts';

let bench: CommandBench;

beforeAll(async () => {
  const artifact = {
    'credential-process-linux-x64': '#!/bin/sh\n',
    'otel-helper-linux-x64': '#!/bin/sh\n',
  };
  bench = await openCommandBench({ ...windowsBuild, artifact });
  expect((await bench.run('package --wait')).code).toBe(0);
});

afterAll(() => bench.close());

it('a minute of throttling is a few lines, the last of which says that it goes on', async () => {
  const { session } = bench;
  let began: number | undefined;
  session.setFaults(({ operation }) => {
    if (operation !== 'PutObject') return undefined;
    began ??= session.clock.now();
    return session.clock.now() - began < 60_000 ? { kind: 'throttle' } : undefined;
  });
  const { code, err } = await bench.run('distribute');
  session.setFaults(undefined);
  expect({ code, err }).toMatchObject({ code: 0 });
  const lines = err.split('\n');
  const first = lines.findIndex((line) => line.includes('slow down'));
  const last = lines.findIndex((line) => /It goes on, after 1m\d\d\.$/.test(line));
  const between = lines.slice(first, last);
  expect(between[0]).toMatch(/Uploading .*Trying again\.$/);
  expect(between.length).toBeGreaterThan(2);
  expect(between.length).toBeLessThan(7);
  for (const line of between.slice(1)) expect(line).toMatch(/slow down .*For \d+s now; trying again\.$/);
});

describe('what is told of calls that fail', () => {
  const trouble = (part: number, kind: 'throttled' | 'network'): DistributionEvent => ({
    kind: 'trouble',
    error: new AppError({ kind, message: `Part ${part}: ${kind}.` }),
    since: 0,
    nextTryAt: 0,
    action: 's3:PutObject',
  });
  const progress: DistributionEvent = { kind: 'progress', step: 'UPLOAD', done: 1, total: 2 };

  it('is one line for each reason, and no other for calls that fail and get through in turn', async () => {
    const clock = createManualClock(0);
    const { line, lasts } = createTroubleLines(clock);
    expect(line(trouble(1, 'throttled'))).toBe('Part 1: throttled. Trying again.');
    expect(line(trouble(2, 'throttled'))).toBeUndefined();
    expect(line(trouble(2, 'network'))).toBe('Part 2: network. Trying again.');
    for (let second = 0; second < 14; second += 1) {
      await clock.advance(1_000);
      expect([line({ kind: 'recovered' }), line(progress), line(trouble(3, 'throttled'))]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
    await clock.advance(1_000);
    expect(line(trouble(1, 'throttled'))).toBe('Part 1: throttled. For 15s now; trying again.');
    line({ kind: 'recovered' });
    expect(lasts()).toBe(true);
    await clock.advance(3_000);
    expect(line(progress)).toBe('It goes on, after 15s.');
    expect(lasts()).toBe(false);
  });

  it('ends with the step that had it', () => {
    const { line } = createTroubleLines(createManualClock(0));
    line(trouble(1, 'network'));
    line({ kind: 'recovered' });
    expect(line({ kind: 'step', step: 'UPLOAD', state: 'done', detail: '' })).toBe('It goes on, after 0s.');
  });
});
