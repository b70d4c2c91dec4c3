import { isShipping, shownRun } from '../is-shipping.ts';
import { questionScrollRange } from '../select-ship-question.ts';
import type { State } from '../state.ts';
import { cannotCancel } from '../why-not.ts';
import type { Binding } from './binding.ts';

const shipRuns = (state: State) => isShipping(state) && shownRun(state) !== undefined;

/** A package while it is being made. */
export const shipKeys = [
  {
    id: 'tree',
    keys: ['t'],
    label: 'files',
    help: 'the files of the package as a tree, with sizes, kinds and platforms',
    group: 'Distributions',
    where: ['ship', 'ship-question'],
    footer: 5,
    when: (state) => shownRun(state)?.tree !== undefined,
    disabled: (state) =>
      shownRun(state)?.tree ? undefined : 'What the package holds is known from CHECK on.',
  },
  {
    id: 'scroll-question',
    keys: ['up', 'down', 'k', 'j', 'pageup', 'pagedown', 'space'],
    show: ['up', 'down'],
    label: 'scroll',
    help: 'scroll what is asked',
    group: 'Moving',
    where: ['ship-question'],
    footer: 6,
    when: (state) => questionScrollRange(state) > 0,
  },
  {
    id: 'cancel-ship',
    keys: ['esc'],
    label: 'cancel',
    help: 'cancel the making of a package; nothing stays behind',
    group: 'Distributions',
    where: ['ship'],
    footer: 1,
    when: shipRuns,
    disabled: cannotCancel,
  },
] as const satisfies readonly Binding[];
