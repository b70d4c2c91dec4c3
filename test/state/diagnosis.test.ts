import { describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import type { Diagnosis } from '../../src/domain/diagnosis/diagnose.ts';
import { AppError } from '../../src/domain/errors.ts';
import { feeds } from '../../src/state/feeds.ts';
import { emptyLog } from '../../src/state/initial.ts';
import { cardRows, logRows } from '../../src/state/layout.ts';
import type { State } from '../../src/state/state.ts';
import type { LogProgress } from '../../src/state/state-log.ts';
import { pictureBuilds } from '../support/sample-builds.ts';
import { beginning, connected, hear, keyed, withBuilds } from '../support/states.ts';

const builds = pictureBuilds();
const diagnosis: Diagnosis = { id: 'x', cause: 'It broke.', fix: 'Mend it.', line: 40 };

/** The screen of the first build of that status. */
function opened(status: Build['status'], size = { columns: 80, rows: 24 }): State {
  const list = builds.filter((build) => build.status === status).slice(0, 1);
  return keyed(withBuilds(connected(beginning({}, size)), list), 'enter');
}

const idOf = (state: State) => state.view?.id ?? '';

const read = (state: State, progress: Partial<LogProgress>) =>
  hear(state, { type: 'log', id: idOf(state), progress: { ...emptyLog, ...progress } });

const diagnosed = (state: State, found: Diagnosis = diagnosis) =>
  hear(state, { type: 'diagnosed', id: idOf(state), diagnosis: found });

const lookOf = (state: State) => feeds(state).find((feed) => feed.feed === 'diagnosis');

describe('the look for what is wrong', () => {
  it('begins when a build has ended, and is taken again with its whole log', () => {
    expect(lookOf(opened('IN_PROGRESS'))).toBeUndefined();
    expect(lookOf(opened('STOPPED'))).toBeUndefined();
    const failed = opened('FAILED');
    expect(lookOf(failed)).toMatchObject({ hasLog: false });
    const reading = read(failed, { version: 3, count: 100 });
    expect(lookOf(reading)?.key).toBe(lookOf(failed)?.key);
    const whole = read(failed, { version: 4, count: 120, end: { reason: 'complete' } });
    expect(lookOf(whole)).toMatchObject({ hasLog: true });
    expect(lookOf(whole)?.key).not.toBe(lookOf(failed)?.key);
    expect(lookOf(diagnosed(whole))?.key).toBe(lookOf(whole)?.key);
  });

  it('is of the build that is open, and no other', () => {
    const failed = opened('FAILED');
    expect(hear(failed, { type: 'diagnosed', id: 'p:other', diagnosis })).toBe(failed);
    expect(diagnosed(failed).view?.diagnosis).toEqual(diagnosis);
    // Nothing found and nothing known before: nothing to draw.
    expect(hear(failed, { type: 'diagnosed', id: idOf(failed), diagnosis: undefined })).toBe(failed);
  });
});

describe('the rows of the failure card', () => {
  it.each([
    [{ columns: 80, rows: 24 }, 7, 10],
    [{ columns: 200, rows: 60 }, 11, 14],
  ])('at %j are %i, with a known fix %i; the log has the rest', (size, plain, known) => {
    const failed = opened('FAILED', size);
    expect(cardRows(failed)).toBe(plain);
    expect(cardRows(diagnosed(failed))).toBe(known);
    expect(logRows(failed) + plain).toBe(size.rows - 4);
    expect(logRows(diagnosed(failed)) + known).toBe(size.rows - 4);
  });

  it('leave the log some rows under the widest banner', () => {
    const error = new AppError({ kind: 'network', message: 'word '.repeat(200), hint: 'word '.repeat(200) });
    const known = diagnosed(opened('FAILED'));
    const update = { kind: 'trouble' as const, error, since: known.now, nextTryAt: known.now };
    expect(logRows(hear(known, { type: 'build', id: idOf(known), update }))).toBe(4);
  });

  it('are the two of the phases for a good build, one more with a warning', () => {
    const good = opened('SUCCEEDED');
    expect(logRows(good)).toBe(18);
    expect(logRows(diagnosed(good))).toBe(17);
  });
});
