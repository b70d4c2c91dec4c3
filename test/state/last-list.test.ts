import { describe, expect, it } from 'vitest';
import { listKept } from '../../src/state/builds-list.ts';
import { initialState } from '../../src/state/initial.ts';
import { knownUntil } from '../../src/state/layout.ts';
import { pictureBuilds, pictureTime } from '../support/sample-builds.ts';
import { connected, environment, later, withBuilds } from '../support/states.ts';

const at = pictureTime - 180_000;
const beginning = () =>
  initialState({
    now: pictureTime,
    size: { columns: 80, rows: 24 },
    env: environment,
    target: { place: 'aws', profileName: 'ClaudeCode' },
    last: { builds: pictureBuilds(), more: true, total: 90, at },
  });

describe('a program that begins with the list of the last run', () => {
  it('knows of nothing later than that list: a running build does not go on', () => {
    expect(knownUntil(later(beginning(), 60_000))).toBe(at);
  });

  it('does not keep that list again', () => {
    expect(listKept(beginning().builds)).toBeUndefined();
  });

  it('goes on as ever with the first answer', () => {
    const answered = withBuilds(connected(beginning()));
    expect(answered.builds.isLast).toBe(false);
    expect(knownUntil(answered)).toBe(answered.now);
    expect(listKept(answered.builds)?.at).toBe(answered.now);
  });
});
