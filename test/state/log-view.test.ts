import { describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import { emptyLog } from '../../src/state/initial.ts';
import { logRows } from '../../src/state/layout.ts';
import { logTop } from '../../src/state/reduce-view.ts';
import { selectLogRule } from '../../src/state/select-log.ts';
import type { LogProgress, State } from '../../src/state/state.ts';
import { pictureBuilds } from '../support/sample-builds.ts';
import { hear, keyed, later, pressed, withBuilds } from '../support/states.ts';

const building = pictureBuilds()[0] as Build;
const { id } = building;

function read(state: State, progress: Partial<LogProgress>): State {
  const before = state.view?.log ?? emptyLog;
  const { version, count, first, origin, older, gaps, lastLinesAt, throttled, waiting, trouble, end } =
    before;
  return hear(state, {
    type: 'log',
    id,
    progress: {
      ...{ version: version + 1, count, first, origin, older, gaps },
      ...{ lastLinesAt, throttled, waiting, trouble, end },
      ...progress,
    },
  });
}

const opened = keyed(withBuilds(), 'enter');
const hundred = read(opened, { count: 100, lastLinesAt: opened.now });

describe('the window on a log', () => {
  it('follows its end', () => {
    expect(logRows(opened)).toBe(18);
    expect(logTop(hundred)).toBe(82);
    expect(logTop(read(hundred, { count: 120 }))).toBe(102);
  });

  it('stands at the beginning while the log is shorter than the window', () => {
    expect(logTop(read(opened, { count: 3 }))).toBe(0);
  });

  it('pauses when one scrolls up, counts what is new below, and moves no more', () => {
    const paused = keyed(hundred, 'up', 'k');
    expect(logTop(paused)).toBe(80);
    const more = read(paused, { count: 146 });
    expect(logTop(more)).toBe(80);
    expect(selectLogRule(more)).toEqual({
      parts: ['line 98 of 146 (67%)', '46 new below, f follows'],
      isPaused: true,
      hasTrouble: false,
    });
  });

  it('follows again with f, G or End, not by reaching the end', () => {
    const paused = keyed(hundred, 'up', 'up');
    for (const key of ['f', 'G', 'end'])
      expect(logTop(read(keyed(paused, key), { count: 120 })), key).toBe(102);
    const atEnd = keyed(paused, 'down', 'down', 'down', 'down');
    expect(logTop(atEnd)).toBe(82);
    expect(logTop(read(atEnd, { count: 120 }))).toBe(82);
  });

  it('is not paused by scrolling down at the end', () => {
    expect(keyed(hundred, 'down', 'pagedown').view?.log.follow).toBe(true);
  });

  it('goes to the beginning with g, by pages, never before the first line', () => {
    expect(logTop(keyed(hundred, 'g'))).toBe(0);
    expect(logTop(keyed(hundred, 'g', 'up'))).toBe(0);
    expect(logTop(keyed(hundred, 'g', 'pagedown'))).toBe(17);
    expect(logTop(keyed(hundred, 'pageup'))).toBe(65);
    expect(logTop(keyed(hundred, 'g', 'pagedown', 'pageup'))).toBe(0);
  });

  it('keeps to the lines still held when the oldest were dropped', () => {
    const dropped = read(keyed(hundred, 'g'), { count: 5_000, first: 1_000 });
    expect(logTop(dropped)).toBe(1_000);
    expect(logTop(keyed(dropped, 'up'))).toBe(1_000);
    expect(logTop(keyed(dropped, 'g'))).toBe(1_000);
  });

  it('scrolls sideways and back, never left of the first column', () => {
    expect(keyed(hundred, 'right', 'right').view?.log.left).toBe(40);
    expect(keyed(hundred, 'right', 'left', 'left').view?.log.left).toBe(0);
  });

  it('hides and shows the time column', () => {
    expect(keyed(hundred, 't').view?.log.showTime).toBe(false);
    expect(keyed(hundred, 't', 't').view?.log.showTime).toBe(true);
  });

  it('begins anew when a log is read again from its beginning', () => {
    const paused = keyed(hundred, 'g');
    expect(read(paused, { count: 1 }).view?.log.follow).toBe(true);
  });

  it('does not hear of the logs of other builds', () => {
    const other = hear(hundred, { type: 'log', id: 'other', progress: { ...emptyLog, count: 5 } });
    expect(other).toBe(hundred);
  });
});

describe('looking for a text', () => {
  it('asks for it when it was typed, from the top of the window or the beginning', () => {
    const typed = pressed(hundred, '/', 'E', 'r', 'enter');
    expect(typed.effects).toEqual([{ effect: 'find', buildId: id, text: 'Er', from: -1, direction: 1 }]);
    expect(typed.state.overlay).toBeUndefined();
    const paused = pressed(keyed(hundred, 'pageup'), '/', 'x', 'enter');
    expect(paused.effects).toMatchObject([{ from: 64 }]);
  });

  it('shows a hit a third down the window and goes on from it', () => {
    const found = hear(hundred, { type: 'log-found', id, text: 'x', line: 50 });
    expect(logTop(found)).toBe(44);
    expect(found.view?.log).toMatchObject({ mark: 50, find: 'x', follow: false });
    expect(pressed(found, 'n').effects).toMatchObject([{ from: 50, direction: 1 }]);
    expect(pressed(found, 'N').effects).toMatchObject([{ from: 50, direction: -1 }]);
  });

  it('ends with an empty text', () => {
    const found = hear(hundred, { type: 'log-found', id, text: 'x', line: 50 });
    expect(keyed(found, '/', 'enter').view?.log.find).toBe('');
  });

  it('jumps to errors and phases: from the end, the next error is the first one', () => {
    expect(pressed(hundred, 'e').effects).toEqual([
      { effect: 'jump', buildId: id, to: 'error', from: -1, direction: 1 },
    ]);
    expect(pressed(hundred, 'E').effects).toMatchObject([{ from: 100, direction: -1 }]);
    expect(pressed(hundred, '[').effects).toMatchObject([{ to: 'phase', from: 100, direction: -1 }]);
    expect(pressed(keyed(hundred, 'g'), ']').effects).toMatchObject([
      { to: 'phase', from: -1, direction: 1 },
    ]);
  });
});

describe('the rule above the log', () => {
  const parts = (state: State) => selectLogRule(state).parts;

  it('is honest about lines, gaps and age', () => {
    const state = later(read(opened, { count: 12_431, lastLinesAt: opened.now }), 1_000);
    expect(parts(state)).toEqual(['12,431 lines', '0 gaps', 'last 1s ago', 'following']);
    expect(selectLogRule(read(state, { gaps: 1 }))).toMatchObject({ hasTrouble: true });
    expect(parts(read(state, { gaps: 1, throttled: 3 }))).toEqual([
      '12,431 lines',
      '1 gap',
      'last 1s ago',
      'throttled 3 times',
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
    expect(selectLogRule(loading).parts).toEqual(['5,000 lines so far', 'older lines loading ↑']);
    const up = keyed(loading, 'up');
    expect(selectLogRule(up)).toEqual({
      parts: ['line 4,999 of 5,000 so far', 'older lines loading ↑', 'f to the end'],
      isPaused: true,
      hasTrouble: false,
    });
    const all = read(up, { first: -5_000, origin: -5_000, older: undefined, end: { reason: 'complete' } });
    expect(logTop(all)).toBe(logTop(up));
    expect(selectLogRule(all).parts).toEqual(['line 5,999 of 6,000 (99%)', 'f to the end']);
    const full = read(loading, { older: 'not-held', end: { reason: 'complete' } });
    expect(selectLogRule(full).parts).toEqual(['5,000 lines', '0 gaps', 'complete', 'older lines not held']);
  });

  it('comes to the first line there is, whatever its number', () => {
    const loading = read(opened, { count: 100, first: -400, older: 'loading' });
    expect(logTop(keyed(loading, 'g'))).toBe(-400);
    const found = hear(loading, { type: 'log-jumped', id, line: -350 });
    expect(logTop(found)).toBe(-350 - Math.floor(logRows(found) / 3));
  });

  it('says how a log ended, or that there is none', () => {
    const end = (reason: 'complete' | 'no-log' | 'expired' | 'disabled' | 's3-only', detail?: string) =>
      parts(read(hundred, { end: detail === undefined ? { reason } : { reason, detail } }));
    expect(end('complete')).toEqual(['100 lines', '0 gaps', 'complete']);
    expect(end('disabled')).toEqual(['the project writes no log to CloudWatch']);
    expect(end('s3-only', 's3://b/k')).toEqual(['the log is only in S3: s3://b/k']);
    expect(end('no-log')[1]).toMatch(/^no log/);
    expect(end('expired')).toEqual(['the log has expired: logs are kept for 7 days']);
    expect(end('complete', 'deleted while it was read')).toContain('deleted while it was read');
  });
});
