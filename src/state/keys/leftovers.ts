import { cannotFinish, isHopeless } from '../why-not.ts';
import type { Binding } from './binding.ts';

/** Distributions that were cut off. */
export const leftoverKeys = [
  {
    id: 'leftovers',
    keys: ['F'],
    label: 'finish',
    help: 'finish or remove a distribution that was cut off on this machine',
    group: 'Distributions',
    where: ['distributions'],
    footer: 5,
    when: (state) => state.leftovers.list.length > 0,
    disabled: cannotFinish,
  },
  {
    id: 'finish-leftover',
    keys: ['enter'],
    label: 'finish',
    help: 'finish it: what lies in the bucket is kept, the rest is sent',
    group: 'Distributions',
    where: ['leftover'],
    footer: 1,
    disabled: isHopeless,
  },
  {
    id: 'clean-leftover',
    keys: ['x'],
    label: 'clean up',
    help: 'remove what it left, in the bucket and on disk',
    group: 'Distributions',
    where: ['leftover'],
    footer: 2,
    danger: true,
  },
  {
    id: 'later-leftover',
    keys: ['esc', 'n', 'q'],
    show: ['esc'],
    label: 'later',
    help: 'leave it as it is; F among the packages asks again',
    group: 'Distributions',
    where: ['leftover'],
    footer: 3,
  },
] as const satisfies readonly Binding[];
