import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { selectedBuild, shownBuilds } from '../../src/state/builds-list.ts';
import { selectBuildRows } from '../../src/state/select-builds.ts';
import { pictureBuilds, sampleBuild } from '../support/sample-builds.ts';
import { connected, hear, keyed, later, withBuilds } from '../support/states.ts';

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) =>
    sampleBuild({ uuid: `${String(from + index).padStart(8, '0')}-x`, startedAt: 1_000_000 - from - index }),
  );

const shorts = (state: Parameters<typeof selectBuildRows>[0]) =>
  selectBuildRows(state).map((row) => row.short);

describe('the list of builds', () => {
  it('puts the marker on the newest build and keeps it on its build as newer ones appear', () => {
    const builds = pictureBuilds();
    const marked = keyed(withBuilds(), 'down', 'down');
    expect(selectedBuild(marked.builds)?.uuid).toMatch(/^abc12345/);
    const fresh = sampleBuild({ uuid: 'ffffffff-1', startedAt: marked.now });
    const next = withBuilds(marked, [fresh, ...builds]);
    expect(selectedBuild(next.builds)?.uuid).toMatch(/^abc12345/);
    expect(shorts(next)[0]).toBe('ffffffff');
  });

  it('keeps the marked row where it is on screen when the list was scrolled', () => {
    const builds = many(100);
    let state = withBuilds(connected(), builds);
    for (let i = 0; i < 60; i += 1) state = keyed(state, 'j');
    const row = shorts(state).indexOf('00000060');
    const next = withBuilds(state, [
      ...many(3, -3).map((b, i) => ({ ...b, id: `new${i}`, uuid: `new${i}` })),
      ...builds,
    ]);
    expect(selectedBuild(next.builds)?.uuid).toBe('00000060-x');
    expect(shorts(next).indexOf('00000060')).toBe(row);
  });

  it('moves by one, by pages and to the ends, and never off the list', () => {
    const state = withBuilds(connected(), many(40));
    const at = (...keys: string[]) => selectedBuild(keyed(state, ...keys).builds)?.uuid;
    expect(at('k', 'up')).toBe('00000000-x');
    expect(at('j', 'down', 'down', 'k')).toBe('00000002-x');
    expect(at('G')).toBe('00000039-x');
    expect(at('G', 'j')).toBe('00000039-x');
    expect(at('end', 'g')).toBe('00000000-x');
    expect(at('pagedown')).toBe('00000019-x');
    expect(at('pagedown', 'pageup')).toBe('00000000-x');
  });

  it('always shows the marked row', () => {
    let state = withBuilds(connected(), many(300));
    for (const key of ['G', 'pageup', 'k', 'g', 'pagedown', 'j', 'pagedown', 'G', 'g']) {
      state = keyed(state, key);
      expect(selectBuildRows(state).some((row) => row.isSelected)).toBe(true);
    }
  });

  it('asks for older builds when the end comes near, once for each answer', () => {
    const state = withBuilds(connected(), many(50), { more: true, total: 214 });
    expect(state.builds.limit).toBe(50);
    const near = keyed(state, 'G');
    expect(near.builds.limit).toBe(100);
    expect(keyed(near, 'k', 'j', 'k').builds.limit).toBe(100);
    const read = withBuilds(near, many(100), { more: true, total: 214 });
    expect(read.builds.limit).toBe(100);
    expect(keyed(read, 'G').builds.limit).toBe(150);
  });

  it('never asks for more where there is none', () => {
    expect(keyed(withBuilds(connected(), many(50)), 'G').builds.limit).toBe(50);
  });

  it('filters while one types, by all words, and esc in the list ends it', () => {
    const typing = keyed(withBuilds(), '/', 'W', 'i', 'n', 'space', 's', 'u', 'c');
    expect(shownBuilds(typing.builds).map((build) => build.uuid.slice(0, 8))).toEqual([
      'abc12345',
      '77be0c3f',
      '0badcafe',
    ]);
    const kept = keyed(typing, 'enter');
    expect(kept.overlay).toBeUndefined();
    expect(kept.builds.filter).toBe('Win suc');
    expect(keyed(kept, 'esc').builds.filter).toBe('');
  });

  it('forgets what was typed into the filter on esc, and keeps the one before', () => {
    const kept = keyed(withBuilds(), '/', 'l', 'i', 'n', 'enter');
    const dropped = keyed(kept, '/', 'ctrl-u', 'x', 'esc');
    expect(dropped.builds.filter).toBe('lin');
    expect(dropped.overlay).toBeUndefined();
  });

  it('erases characters, words and all of what is typed', () => {
    const typing = keyed(withBuilds(), '/', 'a', 'b', 'space', 'c', 'd');
    expect(keyed(typing, 'backspace').builds.filter).toBe('ab c');
    expect(keyed(typing, 'ctrl-w').builds.filter).toBe('ab ');
    expect(keyed(typing, 'ctrl-u').builds.filter).toBe('');
  });

  it('sorts by start, duration, status, target and back', () => {
    const state = withBuilds();
    const order = (...keys: string[]) =>
      shownBuilds(keyed(state, ...keys).builds).map((build) => build.uuid.slice(0, 2));
    expect(order()).toEqual(['9f', 'c0', 'ab', 'de', '55', '77', '0b']);
    expect(order('s').slice(2)).toEqual(['77', 'ab', '0b', 'de', '55']);
    expect(order('s', 's')).toEqual(['9f', 'c0', 'de', '55', 'ab', '77', '0b']);
    expect(order('s', 's', 's')[0]).toBe('c0');
    expect(order('s', 's', 's', 's')).toEqual(order());
  });

  it('keeps the last good list under the trouble, and clears it with the next answer', () => {
    const error = new AppError({ kind: 'network', message: 'The connection was lost.' });
    const trouble = hear(withBuilds(), {
      type: 'builds',
      update: { kind: 'trouble', error, since: 1, nextTryAt: 2 },
    });
    expect(trouble.builds.trouble?.error).toBe(error);
    expect(trouble.builds.list).toHaveLength(7);
    expect(withBuilds(trouble).builds.trouble).toBeUndefined();
  });

  it('changes nothing but the time for an answer without news', () => {
    const builds = pictureBuilds();
    const state = withBuilds(connected(), builds);
    const again = withBuilds(later(state, 5_000), [...builds]);
    expect(again.builds.list).toBe(state.builds.list);
    expect(again.builds.at).toBe(state.now + 5_000);
  });

  it('shows a build just started before any poll has seen it, marked', () => {
    const build = sampleBuild({ uuid: 'a11ce000-1', status: 'IN_PROGRESS', startedAt: 9e12 });
    const state = hear(withBuilds(), { type: 'build-started', build });
    expect(shorts(state)[0]).toBe('a11ce000');
    expect(selectedBuild(state.builds)).toBe(build);
  });

  it('keeps a build just started while the answers of AWS do not hold it yet', () => {
    const build = sampleBuild({ uuid: 'a11ce000-1', status: 'IN_PROGRESS', startedAt: 9e12 });
    const state = hear(withBuilds(), { type: 'build-started', build });
    const stale = withBuilds(later(state, 2_000), pictureBuilds());
    expect(shorts(stale)[0]).toBe('a11ce000');
    const known = withBuilds(stale, [{ ...build, currentPhase: 'QUEUED' }, ...pictureBuilds()]);
    expect(known.builds.list).toHaveLength(8);
    expect(withBuilds(later(known, 120_000), pictureBuilds()).builds.list).toHaveLength(7);
  });

  it('puts the second line under the marked running build and under the newest failed one', () => {
    const rows = selectBuildRows(withBuilds());
    expect(rows.map((row) => row.second?.kind)).toEqual([
      'progress',
      undefined,
      undefined,
      'failure',
      undefined,
      undefined,
      undefined,
    ]);
    expect(selectBuildRows(keyed(withBuilds(), 'down', 'down'))[0]?.second).toBeUndefined();
  });
});
