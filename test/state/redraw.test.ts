import { describe, expect, it } from 'vitest';
import { emptyLog } from '../../src/state/initial.ts';
import { needsFrame, regionsDue } from '../../src/state/redraw.ts';
import type { State } from '../../src/state/state.ts';
import type { LogProgress } from '../../src/state/state-log.ts';
import { accountOf, connected, hear, keyed, later, withBuilds } from '../support/states.ts';

const opened = keyed(withBuilds(), 'enter');

function read(state: State, progress: Partial<LogProgress>): State {
  const before = state.view?.log ?? emptyLog;
  const id = state.view?.id ?? '';
  return hear(state, { type: 'log', id, progress: { ...before, version: before.version + 1, ...progress } });
}

/** Whether a frame is made for a change of what is on screen, and when regions are drawn. */
const redrawn = (shown: State, now: State) => ({
  frame: needsFrame(shown, shown, now),
  regions: regionsDue(shown, now),
});

describe('what a change of the state needs', () => {
  it('is no frame for lines of an open log, nor for the seconds that pass meanwhile', () => {
    expect(redrawn(opened, read(opened, { count: 9 }))).toEqual({ frame: false, regions: 'soon' });
    expect(redrawn(opened, later(opened, 1_000))).toEqual({ frame: false, regions: 'now' });
    expect(redrawn(opened, read(later(opened, 1_000), { count: 9 }))).toEqual({
      frame: false,
      regions: 'now',
    });
  });

  it('is nothing where neither lines came nor a second is over', () => {
    expect(redrawn(opened, later(opened, 1))).toEqual({ frame: false, regions: undefined });
  });

  it('is a frame where the credentials in the top bar have less time left, and only then', () => {
    const account = accountOf();
    const credentialsExpireAt = opened.now + 20 * 60_000;
    const connection = { ...account.connection, credentialsExpireAt };
    const state = keyed(withBuilds(connected(undefined, { connection })), 'enter');
    const next = later(state, 1_000);
    expect(redrawn(state, next).frame).toBe(true);
    expect(redrawn(next, later(next, 1_000)).frame).toBe(false);
    // Seconds that regions have shown do not hide what the frame has not.
    expect(needsFrame(state, later(next, 999), later(next, 59_000))).toBe(true);
  });

  it('is a frame a second under a banner, which tells when it is tried again', () => {
    const error = { kind: 'network', message: 'gone', hint: undefined } as never;
    const { now } = opened;
    const trouble = { error, since: now, nextTryAt: now + 60_000 };
    const state = read(opened, { trouble });
    expect(redrawn(opened, state).frame).toBe(true);
    expect(redrawn(state, later(state, 1_000)).frame).toBe(true);
    expect(redrawn(state, later(state, 1)).frame).toBe(false);
  });

  it('is a frame for a key that has had no answer for a second', () => {
    const state = hear(opened, { type: 'action-started', id: 'a', kind: 'stop', label: 'Stop' } as never);
    expect(redrawn(opened, state).frame).toBe(true);
    expect(redrawn(state, later(state, 1_000)).frame).toBe(true);
  });

  it('is a frame a second where anything but the build alone stands there', () => {
    const covered = keyed(opened, '?');
    for (const state of [covered, withBuilds()]) {
      expect(redrawn(state, later(state, 1_000)).frame).toBe(true);
    }
    const size = { columns: 40, rows: 10 };
    const small = hear(opened, { type: 'resized', ...size });
    expect(redrawn(small, later(small, 1_000)).frame).toBe(true);
  });
});
