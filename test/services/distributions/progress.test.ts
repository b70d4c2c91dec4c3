import { describe, expect, it } from 'vitest';
import type { DistributionEvent } from '../../../src/domain/distribution.ts';
import { createProgress } from '../../../src/services/distributions/run-context.ts';
import { createQuickClock } from './quick-clock.ts';

const total = 1_000_000;

function setUp(already = 0) {
  const clock = createQuickClock(0);
  const events: Extract<DistributionEvent, { kind: 'progress' }>[] = [];
  const signal = new AbortController().signal;
  const emit = (event: DistributionEvent) => event.kind === 'progress' && events.push(event);
  const progress = createProgress({ step: 'UPLOAD', signal, clock, emit }, total, already);
  /** Bytes done after some time; answers with what was said last. */
  const told = (ms: number, done: number) => {
    clock.advance(ms);
    progress(done);
    return events.at(-1);
  };
  return { told, events };
}

describe('how fast a step is', () => {
  it('is told once it was watched for a second', () => {
    const { told } = setUp();
    expect(told(500, 50_000)?.rate).toBeUndefined();
    expect(told(500, 100_000)?.rate).toBeCloseTo(100_000, 0);
  });

  it('follows a change without leaping', () => {
    const { told } = setUp();
    for (let second = 0; second < 10; second += 1) told(1_000, (second + 1) * 10_000);
    const slower = told(1_000, 100_000)?.rate ?? 0;
    expect(slower).toBeGreaterThan(5_000);
    expect(slower).toBeLessThan(10_000);
    for (let second = 0; second < 30; second += 1) told(1_000, 100_000 + (second + 1) * 20_000);
    expect(told(1_000, 720_000)?.rate).toBeCloseTo(20_000, -2);
  });

  it('does not count what was there before', () => {
    const { told } = setUp(800_000);
    expect(told(2_000, 820_000)).toEqual({
      kind: 'progress',
      step: 'UPLOAD',
      done: 820_000,
      total,
      rate: 10_000,
    });
  });

  it('is never negative where a part is sent again', () => {
    const { told } = setUp();
    told(2_000, 500_000);
    expect(told(1_000, 300_000)?.rate).toBeGreaterThanOrEqual(0);
  });

  it('is told to go over some of it again until it is further than it was', () => {
    const { told } = setUp();
    expect(told(2_000, 500_000)).not.toHaveProperty('again');
    expect(told(1_000, 300_000)).toHaveProperty('again', true);
    expect(told(1_000, 400_000)).toHaveProperty('again', true);
    expect(told(1_000, 500_000)).not.toHaveProperty('again');
  });
});
