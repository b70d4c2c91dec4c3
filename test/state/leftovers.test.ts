import { describe, expect, it } from 'vitest';
import type { LeftoverRun } from '../../src/domain/distribution.ts';
import { footerBindings } from '../../src/state/bindings.ts';
import { feeds } from '../../src/state/feeds.ts';
import { press } from '../../src/state/press.ts';
import { selectLeftover } from '../../src/state/select-leftover.ts';
import type { State } from '../../src/state/state.ts';
import { leftover } from '../support/leftover.ts';
import { hear, keyed, withBuilds } from '../support/states.ts';

const found = (state: State, ...list: LeftoverRun[]) => hear(state, { type: 'leftovers', list });
const asked = () => found(withBuilds(), leftover);
const footer = (state: State) => footerBindings(state).map(({ id }) => id);

describe('a distribution that was cut off', () => {
  it('is asked about as soon as it is known, with how far it came', () => {
    expect(asked().overlay).toEqual({ kind: 'leftover' });
    expect(selectLeftover(asked())).toContain(leftover.filename);
    expect(selectLeftover(asked())).toContain('61% of 100 MiB uploaded');
    expect(footer(asked())).toEqual(['finish-leftover', 'clean-leftover', 'later-leftover']);
  });

  it('is finished by Enter, on the screen of the run', () => {
    const steps = press(asked(), 'enter');
    expect(steps).toContainEqual({ effect: 'resume-ship', id: leftover.id, expiresHours: 12 });
    expect(keyed(asked(), 'enter')).toMatchObject({ overlay: undefined, route: { screen: 'ship' } });
  });

  it('is removed by x', () => {
    const { id, filename } = leftover;
    expect(press(asked(), 'x')).toContainEqual({ effect: 'clean-leftover', id, filename });
    expect(keyed(asked(), 'x').overlay).toBeUndefined();
  });

  it('waits among the packages where it is left for later, and is not asked about again', () => {
    const later = keyed(asked(), 'esc');
    expect(later.overlay).toBeUndefined();
    expect(found(later, leftover).overlay).toBeUndefined();
    const packages = keyed(later, '2');
    expect(footer(packages)).toContain('leftovers');
    expect(keyed(packages, 'F').overlay).toEqual({ kind: 'leftover' });
    expect(footer(keyed(found(later), '2'))).not.toContain('leftovers');
  });

  it('that cannot be finished says why and can be removed', () => {
    const hopeless = found(withBuilds(), { ...leftover, hopeless: 'its package is gone' });
    expect(selectLeftover(hopeless)).toMatch(/its package is gone. Remove it\?$/);
    expect(press(hopeless, 'enter')).toEqual([
      { type: 'said', tone: 'info', text: 'It cannot be finished: its package is gone.' },
    ]);
  });

  it('puts itself over nothing else, and asks nobody who may only look', () => {
    expect(found(keyed(withBuilds(), '?'), leftover).overlay).toMatchObject({ kind: 'help' });
    const reader = { ...withBuilds(), env: { ...withBuilds().env, readOnly: true } };
    expect(found(reader, leftover).overlay).toBeUndefined();
    expect(found(reader, leftover).leftovers.list).toEqual([leftover]);
  });

  it('of several the newest is asked about', () => {
    const older = { ...leftover, id: 'older', createdAt: 0 };
    const both = found(withBuilds(), older, leftover);
    expect(selectLeftover(both)).toContain('(and 1 more)');
    expect(press(both, 'x')).toContainEqual(expect.objectContaining({ id: leftover.id }));
  });

  it('is looked for again once a run has ended, and forgotten with its account', () => {
    const keysOf = (state: State) =>
      feeds(state).flatMap(({ feed, key }) => (feed === 'leftovers' ? [key] : []));
    const run = hear(withBuilds(), { type: 'ship-started', id: 's', expiresHours: 1 });
    const ended = hear(run, { type: 'ship-ended', id: 's' });
    expect(keysOf(ended)).not.toEqual(keysOf(run));
    const elsewhere = hear(asked(), { type: 'target-chosen', target: { place: 'sandbox' } });
    expect(elsewhere.leftovers).toEqual({ list: [], isAsked: false });
  });
});
