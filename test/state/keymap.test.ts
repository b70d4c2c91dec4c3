import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keysDocument } from '../../scripts/keys-document.ts';
import {
  bindingFor,
  footerBindings,
  helpGroups,
  labelOf,
  placeOf,
  shownKeys,
} from '../../src/state/bindings.ts';
import { handlers } from '../../src/state/handlers.ts';
import { type KeyBinding, keymap } from '../../src/state/keymap.ts';
import type { Binding } from '../../src/state/keys/binding.ts';
import type { Place } from '../../src/state/keys/places.ts';
import { press } from '../../src/state/press.ts';
import type { State } from '../../src/state/state.ts';
import { leftover } from '../support/leftover.ts';
import { accountOf, beginning, connected, hear, keyed, withBuilds } from '../support/states.ts';

const shipping = hear(
  withBuilds(),
  { type: 'ship-started', id: 's1', expiresHours: 48 },
  { type: 'go', route: { screen: 'ship' } },
);

/** A state for each place where keys are pressed. */
const places: Record<Place, State> = {
  'first-run': {
    ...beginning(),
    session: { state: 'choosing', number: 0 },
    route: { screen: 'first-run', selected: 0 },
  },
  builds: withBuilds(),
  build: keyed(withBuilds(), 'enter'),
  distributions: hear(keyed(withBuilds(), '2'), {
    type: 'distributions',
    list: [{ key: 'k', filename: 'f.zip', size: 1, modifiedAt: 1, state: 'unknown' }],
    record: undefined,
  }),
  ship: shipping,
  'ship-question': hear(shipping, {
    type: 'ship-asked',
    id: 's1',
    question: { kind: 'incomplete', findings: ['Something is missing.'] },
  }),
  tree: hear(shipping, { type: 'overlay', overlay: { kind: 'tree', top: 0 } }),
  question: keyed(withBuilds(), 'x'),
  input: keyed(withBuilds(), '/'),
  'ship-form': keyed(withBuilds(), 'down', 'down', 'D'),
  letter: keyed(withBuilds(), 'enter', "'"),
  copy: keyed(withBuilds(), 'enter', 'y'),
  leftover: hear(withBuilds(), { type: 'leftovers', list: [leftover] }),
  picker: keyed(withBuilds(), 'P'),
  help: keyed(withBuilds(), '?'),
  messages: keyed(withBuilds(), '!'),
  sheet: hear(withBuilds(), {
    type: 'overlay',
    overlay: { kind: 'sheet', title: 'A title', lines: ['a line'], raw: 'raw' },
  }),
  code: hear(
    keyed(withBuilds(connected(beginning({ codeLook: { colorDepth: 24, unicode: true } }))), '2'),
    {
      type: 'distributions',
      list: [
        {
          key: 'k',
          filename: 'f.zip',
          size: 1,
          modifiedAt: 1,
          state: 'valid',
          url: 'https://example.com/',
          checksum: 'ab',
          expiresAt: 1,
        },
      ],
      record: undefined,
    },
    { type: 'code-shown', url: 'https://example.com/', code: { size: 1, modules: Uint8Array.of(1) } },
  ),
};

const table: readonly KeyBinding[] = keymap;

describe('the key table', () => {
  it('is reached at every place by the state made for it', () => {
    for (const [place, state] of Object.entries(places)) expect(placeOf(state)).toBe(place);
  });

  it('has a handler for every entry', () => {
    for (const { id } of table) expect(handlers[id], id).toBeTypeOf('function');
  });

  it('gives no key two meanings at one place in one state', () => {
    for (const [place, state] of Object.entries(places)) {
      const here = table.filter((it) => it.where.includes(place as Place));
      for (const binding of here) {
        for (const key of binding.keys) {
          const found = bindingFor(state, key);
          // esc on the ship screen cancels while it runs and leads back afterwards.
          const isEscOfShip = place === 'ship' && key === 'esc';
          if (!isEscOfShip) expect(found?.id, `${place} ${key}`).toBe(binding.id);
        }
      }
    }
  });

  it('leaves the keys alone that tmux, screen and terminals take', () => {
    const taken = ['ctrl-a', 'ctrl-b', 'ctrl-s', 'ctrl-q'];
    for (const { keys } of table as readonly Binding[]) {
      for (const key of taken) expect(keys).not.toContain(key);
    }
  });

  it('leaves with Ctrl-C and suspends with Ctrl-Z everywhere', () => {
    for (const state of Object.values(places)) {
      expect(bindingFor(state, 'ctrl-c')?.id).toBe('leave');
      expect(bindingFor(state, 'ctrl-z')?.id).toBe('suspend');
    }
  });

  it('explains every key in one line that fits the help at 80 columns twice at most', () => {
    for (const { help } of table) {
      expect(help).not.toBe('');
      expect(help.length).toBeLessThanOrEqual(120);
    }
  });

  it('is what docs/keys.md says', () => {
    expect(readFileSync('docs/keys.md', 'utf8')).toBe(keysDocument());
  });
});

describe('the footer', () => {
  it('holds at most eight keys and then ?', () => {
    for (const [place, state] of Object.entries(places)) {
      const ids = footerBindings(state).map((binding) => binding.id);
      expect(ids.filter((id) => id !== 'help').length, place).toBeLessThanOrEqual(8);
      if (ids.includes('help')) expect(ids.at(-1)).toBe('help');
    }
  });

  it('is never empty', () => {
    for (const [place, state] of Object.entries(places)) {
      expect(footerBindings(state).length, place).toBeGreaterThan(0);
    }
  });

  it('shows the keys of the builds as drawn', () => {
    const labels = footerBindings(places.builds).map((it) => labelOf(it, places.builds));
    expect(labels).toEqual(['move', 'open', 'build', 'ship', 'stop', 'retry', 'filter', 'quit', 'more']);
  });

  it('shows the keys of a running build as drawn', () => {
    const labels = footerBindings(places.build).map((it) => labelOf(it, places.build));
    expect(labels).toEqual(['scroll', 'follow', 'find', 'error', 'phase', 'stop', 'ship', 'back', 'more']);
  });

  it('answers every key it shows: with a change, an effect, or the reason why not', () => {
    for (const [place, state] of Object.entries(places)) {
      for (const binding of footerBindings(state)) {
        for (const key of shownKeys(binding, state)) {
          const what = `${place} ${key}`;
          const reason = bindingFor(state, key)?.disabled?.(state);
          const steps = press(state, key);
          expect(steps.length, what).toBeGreaterThan(0);
          if (reason !== undefined)
            expect(steps).toContainEqual({ type: 'said', tone: 'info', text: reason });
        }
      }
    }
  });
});

describe('help', () => {
  it('lists every key of a screen once', () => {
    for (const place of Object.keys(places) as Place[]) {
      const listed = helpGroups(place).flatMap(({ bindings }) => bindings.map((it) => it.id));
      const there = table.filter((it) => it.where.includes(place)).map((it) => it.id);
      expect([...listed].sort()).toEqual([...there].sort());
    }
  });
});

describe('what is off', () => {
  const off = (state: State, key: string) => bindingFor(state, key)?.disabled?.(state);

  it('says why a running build cannot be shipped, and names the newest good one', () => {
    expect(off(places.builds, 'd')).toBe(
      'Build 9f3c1a2b is still running: the newest good build is abc12345.',
    );
  });

  it('says so where there is no good build at all', () => {
    const builds = places.builds.builds.list?.filter((build) => build.status !== 'SUCCEEDED') ?? [];
    expect(off(withBuilds(connected(), builds), 'd')).toBe(
      'Build 9f3c1a2b is still running: there is no good build yet.',
    );
  });

  it('lets only running builds be stopped and only ended ones be retried', () => {
    const onEnded = keyed(places.builds, 'down', 'down');
    expect(off(places.builds, 'x')).toBeUndefined();
    expect(off(places.builds, 'r')).toMatch(/still running/);
    expect(off(onEnded, 'x')).toMatch(/has ended/);
    expect(off(onEnded, 'r')).toBeUndefined();
    expect(off(onEnded, 'd')).toBeUndefined();
  });

  it('changes nothing with --read-only', () => {
    const state = withBuilds(connected(beginning({ readOnly: true })));
    for (const key of ['b', 'x']) expect(off(state, key)).toMatch(/--read-only/);
    const ended = keyed(state, 'down', 'down');
    for (const key of ['r', 'd', 'D']) expect(off(ended, key)).toMatch(/--read-only/);
  });

  it('asks nothing of an account that is not open', () => {
    for (const key of ['b', 'd', 'x', 'r', 'o']) expect(off(beginning(), key)).toMatch(/Not connected/);
  });

  it('says that there is no build only once that was read', () => {
    expect(off(beginning(), 'enter')).toMatch(/Not connected/);
    expect(off(connected(), 'enter')).toMatch(/still being read/);
    expect(off(withBuilds(connected(), []), 'enter')).toMatch(/no build yet/);
    const opening = hear(connected(), { type: 'go', route: { screen: 'build', id: 'p:1', attempt: 1 } });
    expect(off(opening, 'x')).toMatch(/build is still being read/);
  });

  it('says that there is no build project where the stack is missing', () => {
    const session = accountOf();
    const state = connected(beginning(), { deployment: { ...session.deployment, projects: [] } });
    expect(off(state, 'b')).toMatch(/codebuild stack/);
  });

  it('has no console for the sandbox', () => {
    const session = accountOf();
    const connection = { ...session.connection, place: 'sandbox' as const };
    expect(off(withBuilds(connected(beginning(), { connection })), 'o')).toMatch(/sandbox/);
  });

  it('starts nothing twice at once', () => {
    const starting = hear(places.builds, {
      type: 'action-started',
      id: 'a',
      kind: 'start',
      label: 'Starting',
    });
    expect(off(starting, 'b')).toBe('A start is under way.');
  });

  it('cancels a package until its record is being written', () => {
    expect(off(shipping, 'esc')).toBeUndefined();
    const recording = hear(shipping, {
      type: 'ship',
      id: 's1',
      event: { kind: 'step', step: 'RECORD', state: 'started' },
    });
    expect(off(recording, 'esc')).toMatch(/too late/);
  });
});
