import { describe, expect, it } from 'vitest';
import type { Build } from '../../src/domain/build.ts';
import { AppError } from '../../src/domain/errors.ts';
import { feeds } from '../../src/state/feeds.ts';
import { justEnded } from '../../src/state/reduce-watch.ts';
import { selectEnding } from '../../src/state/select-ending.ts';
import type { State } from '../../src/state/state.ts';
import { pictureTime, sampleBuild } from '../support/sample-builds.ts';
import { connected, hear, withBuilds } from '../support/states.ts';

const running = sampleBuild({
  uuid: '9f3c1a2b-1',
  status: 'IN_PROGRESS',
  target: 'windows',
  startedAt: pictureTime - 60_000,
});
const ended = (build: Build, status: Build['status'] = 'SUCCEEDED'): Build => ({
  ...build,
  status,
  endedAt: (build.startedAt ?? 0) + 18 * 60_000,
});
const open = (state: State, id: string) =>
  hear(state, { type: 'go', route: { screen: 'build', id, attempt: 1 } });
const told = (state: State, build: Build) =>
  hear(state, { type: 'build', id: build.id, update: { kind: 'build', build, at: state.now } });
const endings = (before: State, after: State) =>
  justEnded(before, after).map(({ id, status }) => [id, status]);

describe('the end of a watched build', () => {
  it('is told of one that is open, once, and said', () => {
    const before = open(withBuilds(connected(), [running]), running.id);
    const after = told(before, ended(running));
    expect(endings(before, after)).toEqual([[running.id, 'SUCCEEDED']]);
    expect(after.messages.map(({ text }) => text)).toEqual([
      'Build 9f3c1a2b (windows) has ended after 18m00: Succeeded.',
    ]);
    expect(endings(after, told(after, ended(running)))).toEqual([]);
    expect(endings(after, withBuilds(after, [ended(running)]))).toEqual([]);
    // An answer that was under way still calls it running.
    const stale = withBuilds(told(after, running), [running]);
    expect(endings(after, told(stale, ended(running)))).toEqual([]);
  });

  it('is told of one that was open, by the list', () => {
    const before = hear(open(withBuilds(connected(), [running]), running.id), { type: 'back' });
    const after = withBuilds(before, [ended(running, 'FAILED')]);
    expect(endings(before, after)).toEqual([[running.id, 'FAILED']]);
    expect(after.messages.at(-1)?.tone).toBe('bad');
  });

  it('is told of one that this session started', () => {
    const before = hear(withBuilds(connected(), []), { type: 'build-started', build: running });
    expect(endings(before, withBuilds(before, [ended(running, 'STOPPED')]))).toEqual([
      [running.id, 'STOPPED'],
    ]);
  });

  it('is not told of one that only stood in the list', () => {
    const before = withBuilds(connected(), [running]);
    expect(endings(before, withBuilds(before, [ended(running)]))).toEqual([]);
  });

  it('is not told of one that had ended before it was opened, or was only read as ended', () => {
    const before = open(withBuilds(connected(), [ended(running)]), running.id);
    expect(endings(before, told(before, ended(running)))).toEqual([]);
    const direct = open(connected(), running.id);
    expect(endings(direct, told(direct, ended(running)))).toEqual([]);
  });

  it('is told of several at once', () => {
    const other = sampleBuild({ uuid: 'abcdef12-1', status: 'IN_PROGRESS' });
    const before = hear(
      connected(),
      { type: 'build-started', build: running },
      { type: 'build-started', build: other },
    );
    const after = withBuilds(before, [ended(running), ended(other, 'FAULT')]);
    expect(endings(before, after)).toEqual([
      [running.id, 'SUCCEEDED'],
      [other.id, 'FAULT'],
    ]);
  });

  it('is nothing that trouble or another account tells', () => {
    const before = open(withBuilds(connected(), [running]), running.id);
    const error = new AppError({ kind: 'network', message: 'gone', retryable: true });
    const update = { kind: 'trouble' as const, error, since: 0, nextTryAt: 1 };
    const after = hear(
      before,
      { type: 'build', id: running.id, update },
      { type: 'target-chosen', target: { place: 'sandbox' } },
    );
    expect(endings(before, after)).toEqual([]);
    expect(after.watch.awaited).toEqual([]);
  });

  it('is looked out for wherever one is, and no longer than it is awaited', () => {
    const keys = (state: State) => feeds(state).map(({ key }) => key);
    const key = `watched/1/${running.id}`;
    const opened = open(withBuilds(connected(), [running]), running.id);
    expect(keys(opened)).not.toContain(key);
    const away = hear(opened, { type: 'go', route: { screen: 'distributions' } });
    expect(keys(away)).toContain(key);
    expect(keys(hear(opened, { type: 'back' }))).not.toContain(key);
    // It left the list: newer ones have pushed it out.
    expect(keys(withBuilds(hear(opened, { type: 'back' }), []))).toContain(key);
    const after = told(away, ended(running));
    expect(endings(away, after)).toHaveLength(1);
    expect(keys(after)).not.toContain(key);
  });

  it('asks after a few at most', () => {
    let state = connected();
    for (let at = 0; at < 40; at += 1) {
      const build = sampleBuild({ uuid: `${at}-x`, status: 'IN_PROGRESS' });
      state = hear(state, { type: 'build-started', build });
    }
    const away = hear(state, { type: 'go', route: { screen: 'distributions' } });
    expect(feeds(away).filter(({ key }) => key.startsWith('watched/'))).toHaveLength(5);
    expect(away.watch.awaited).toHaveLength(20);
  });

  it.each([
    ['SUCCEEDED', '✓ windows 9f3c1a2b – ccwb-tui', '+ windows 9f3c1a2b - ccwb-tui', 'Succeeded'],
    ['FAILED', '✗ windows 9f3c1a2b – ccwb-tui', 'x windows 9f3c1a2b - ccwb-tui', 'Failed'],
    ['STOPPED', '■ windows 9f3c1a2b – ccwb-tui', '# windows 9f3c1a2b - ccwb-tui', 'Stopped'],
  ] as const)('%s reads %s', (status, title, ascii, word) => {
    const build = ended(running, status);
    expect(selectEnding(build, true)).toEqual({
      title,
      heading: 'ccwb-tui',
      body: `windows 9f3c1a2b: ${word}`,
    });
    expect(selectEnding(build, false).title).toBe(ascii);
  });
});
