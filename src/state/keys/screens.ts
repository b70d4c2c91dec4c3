import { isMade } from '../is-made.ts';
import { cannotAct } from '../why-not.ts';
import type { Binding } from './binding.ts';
import { screens } from './places.ts';

/** From screen to screen. */
export const screenKeys = [
  {
    id: 'builds',
    keys: ['1'],
    label: 'builds',
    help: 'the builds',
    group: 'Screens',
    where: [...screens, 'ship-question'],
    footer: 8.5,
    when: (state) => !isMade(state),
  },
  {
    id: 'distributions',
    keys: ['2'],
    label: 'packages',
    help: 'the distributions: packages and their links',
    group: 'Screens',
    where: [...screens, 'ship-question'],
    footer: 8.6,
    when: (state) => state.route.screen === 'ship',
  },
  {
    id: 'profile',
    keys: ['P'],
    label: 'profile',
    help: 'open another profile, or the sandbox',
    group: 'Screens',
    where: screens,
    disabled: cannotAct,
  },
  {
    id: 'back',
    keys: ['q', 'esc'],
    label: 'back',
    help: 'back to the screen before; in a log esc first ends the filter and the search',
    group: 'Screens',
    where: ['build', 'distributions', 'ship'],
    footer: 9,
  },
] as const satisfies readonly Binding[];
