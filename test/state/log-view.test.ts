import { describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import { emptyLog } from '../../src/state/initial.ts';
import { selectLogRule } from '../../src/state/select-log.ts';
import type { State } from '../../src/state/state.ts';
import type { LogProgress } from '../../src/state/state-log.ts';
import { pictureBuilds } from '../support/sample-builds.ts';
import { hear, keyed, later, withBuilds } from '../support/states.ts';

const building = pictureBuilds()[0] as Build;
const { id } = building;

function read(state: State, progress: Partial<LogProgress>): State {
  const before = state.view?.log ?? emptyLog;
  return hear(state, {
    type: 'log',
    id,
    progress: { ...before, version: before.version + 1, ...progress },
  });
}

const opened = keyed(withBuilds(), 'enter');
const hundred = read(opened, { count: 100, lastLinesAt: opened.now });

describe('the rule above the log', () => {
  const parts = (state: State) => selectLogRule(state).parts.map((part) => part.text);

  it('is honest about lines, gaps and age', () => {
    const state = later(read(opened, { count: 12_431, lastLinesAt: opened.now }), 1_000);
    expect(parts(state)).toEqual(['12,431 lines', '0 gaps', 'last 1s ago', 'following']);
    expect(selectLogRule(read(state, { gaps: 1 }))).toMatchObject({ hasTrouble: true });
    expect(parts(read(state, { gaps: 1, throttled: 3 }))).toEqual([
      '12,431 lines',
      '1 gap',
      'last 1s ago',
      'throttled ×3',
      'following',
    ]);
  });

  it('says what it waits for', () => {
    const queued = hear(opened, { type: 'opened', build: { ...building, currentPhase: 'QUEUED' } });
    expect(parts(read(queued, { waiting: 'build-queued' }))).toEqual(['waiting: the build is queued']);
    expect(parts(read(opened, { waiting: 'stream-not-created' }))).toEqual([
      'waiting: the log has not begun',
    ]);
  });

  it('does not call a build queued that the phases show running', () => {
    expect(parts(read(opened, { waiting: 'build-queued' }))).toEqual(['waiting: the log has not begun']);
  });

  it('says what of the older lines there is', () => {
    const loading = read(opened, { count: 1_000, first: -4_000, older: 'loading' });
    expect(parts(loading)).toEqual(['5,000 lines so far', 'older lines loading ↑']);
    const up = hear(loading, { type: 'log-placed', id, place: { follow: false, top: 980, topRow: 0 } });
    const shown = (state: State) => selectLogRule(state, 998).parts.map((part) => part.text);
    expect(shown(up)).toEqual(['line 4,999 of 5,000 so far', 'older lines loading ↑', 'f to the end']);
    const all = read(up, { first: -5_000, origin: -5_000, older: undefined, end: { reason: 'complete' } });
    expect(shown(all)).toEqual(['line 5,999 of 6,000 (99%)', 'f to the end']);
    const full = read(loading, { older: 'not-held', end: { reason: 'complete' } });
    expect(parts(full)).toEqual(['5,000 lines', '0 gaps', 'complete', 'older lines not held']);
  });

  it('says how a log ended, or that there is none', () => {
    const end = (reason: 'complete' | 'no-log' | 'expired' | 'disabled' | 's3-only', detail?: string) =>
      parts(read(hundred, { end: detail === undefined ? { reason } : { reason, detail } }));
    expect(end('complete')).toEqual(['100 lines', '0 gaps', 'complete']);
    expect(end('disabled')).toEqual(['the project writes no log to CloudWatch']);
    expect(end('s3-only', 's3://b/k')).toEqual(['the log is only in S3: s3://b/k']);
    expect(end('no-log')[1]).toMatch(/^no log/);
    expect(end('expired')).toEqual(['no log any more: ccwb’s log groups keep theirs for 7 days']);
    expect(end('complete', 'deleted while it was read')).toContain('deleted while it was read');
  });
});
