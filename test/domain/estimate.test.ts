import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, expectedCost, median, progressOf, timeLeft, usualOf } from '../../src/domain/estimate.ts';
import { defaultSettings } from '../../src/domain/settings.ts';
import { phasesOf, sampleBuild, wholeRun } from '../support/sample-builds.ts';

const second = 1_000;
const minute = 60 * second;
const { prices } = defaultSettings;

const success = (minutes: number, fields = {}) =>
  sampleBuild({ uuid: `u${minutes}`, startedAt: 0, endedAt: minutes * minute, ...fields });

describe('the usual time', () => {
  it('is the median of the last nine successes of the project itself', () => {
    const history = [
      success(100, { status: 'FAILED' }),
      success(90, { project: 'another' }),
      ...[11, 30, 12, 13, 12, 12, 14, 12, 12].map((minutes) => success(minutes)),
      ...Array.from({ length: 20 }, () => success(99)),
    ];
    expect(usualOf(history, 'claude-code-auth-windows-build')).toMatchObject({
      total: 12 * minute,
      builds: 9,
    });
  });

  it('is not known without a success', () => {
    expect(usualOf([], 'p')).toBeUndefined();
    expect(usualOf([success(5, { status: 'FAILED' })], 'claude-code-auth-windows-build')).toBeUndefined();
  });

  it('is known by phase', () => {
    const history = [1, 2, 3].map((factor) =>
      success(12, {
        phases: phasesOf(0, [
          ['INSTALL', 10 * factor],
          ['BUILD', 100 * factor],
        ]),
      }),
    );
    expect(usualOf(history, 'claude-code-auth-windows-build')?.phases).toEqual({
      INSTALL: 20 * second,
      BUILD: 200 * second,
    });
  });
});

describe('the median', () => {
  it('is the middle one, or the mean of the two in the middle', () => {
    expect(median([])).toBeUndefined();
    expect(median([5])).toBe(5);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
  });

  it('lies between the least and the greatest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1 }), (values) => {
        const middle = median(values) ?? Number.NaN;
        expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
        expect(middle).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });
});

describe('the time left', () => {
  const usual = usualOf(
    [success(760 / 60, { phases: phasesOf(0, wholeRun) })],
    'claude-code-auth-windows-build',
  );
  if (!usual) throw new Error('no usual time');

  const running = (phases: Parameters<typeof phasesOf>[1]) =>
    sampleBuild({ uuid: 'r', status: 'IN_PROGRESS', startedAt: 0, phases: phasesOf(0, phases) });

  it('counts what is over as it was, the running phase by its rest, and what is to come as usual', () => {
    const build = running([...wholeRun.slice(0, 6), ['BUILD', 0, 'running']]);
    expect(timeLeft(build, usual, 235 * second + 85 * second)).toBe((400 + 40) * second);
  });

  it('is not shortened by a phase that takes longer than usual', () => {
    const build = running([...wholeRun.slice(0, 6), ['BUILD', 0, 'running']]);
    expect(timeLeft(build, usual, 3_600 * second)).toBe(40 * second);
  });

  it('is the rest of the whole where no phases are known', () => {
    const build = running([]);
    expect(timeLeft(build, usual, 60 * second)).toBe(700 * second);
    expect(timeLeft(build, usual, 9_999 * second)).toBe(0);
  });

  it('is nothing to tell of an ended build', () => {
    expect(timeLeft(success(1), usual, minute)).toBeUndefined();
  });

  it('is never negative, and progress never more than all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (now) => {
        const build = running([...wholeRun.slice(0, 3), ['DOWNLOAD_SOURCE', 0, 'running']]);
        expect(timeLeft(build, usual, now)).toBeGreaterThanOrEqual(0);
        const progress = progressOf(build, usual, now);
        expect(progress).toBeGreaterThanOrEqual(0);
        expect(progress).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the cost', () => {
  it('is every minute begun since the machine was provisioned, at the rate of the table', () => {
    expect(costOf(success(12.8), prices, 0)).toBeCloseTo(13 * 0.036);
    expect(costOf(success(13), prices, 0)).toBeCloseTo(13 * 0.036);
    const queued = success(20, {
      phases: phasesOf(0, [
        ['QUEUED', 600],
        ['PROVISIONING', 30],
      ]),
    });
    expect(costOf(queued, prices, 0)).toBeCloseTo(10 * 0.036);
  });

  it('grows while the build runs', () => {
    const { endedAt: _ended, ...rest } = success(1);
    const running = { ...rest, status: 'IN_PROGRESS' as const };
    expect(costOf(running, prices, 5.2 * minute)).toBeCloseTo(6 * 0.036);
  });

  it('is not known for a machine that is not in the table, and nothing before the start', () => {
    const { environment: _environment, ...bare } = success(1);
    expect(costOf(bare, prices, 0)).toBeUndefined();
    const strange = { type: 'ARM_CONTAINER', computeType: 'BUILD_GENERAL1_SMALL' };
    expect(costOf(success(1, { environment: strange }), prices, 0)).toBeUndefined();
    const { startedAt: _started, endedAt: _ended, ...waiting } = success(1);
    expect(costOf(waiting, prices, 0)).toBe(0);
  });

  it('is expected from the usual time, for Windows without history from the manual', () => {
    const windows = { type: 'WINDOWS_SERVER_2022_CONTAINER', computeType: 'BUILD_GENERAL1_LARGE' };
    const linux = { type: 'LINUX_CONTAINER', computeType: 'BUILD_GENERAL1_MEDIUM' };
    const usual = { total: 12.5 * minute, phases: {}, builds: 3 };
    expect(expectedCost(windows, usual, prices)).toBeCloseTo(13 * 0.036);
    expect(expectedCost(windows, undefined, prices)).toBeCloseTo(15 * 0.036);
    expect(expectedCost(linux, undefined, prices)).toBeUndefined();
    expect(expectedCost(undefined, usual, prices)).toBeUndefined();
  });
});
