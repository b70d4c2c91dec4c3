import type { Binding } from './binding.ts';
import { lists } from './places.ts';

/** Moving about in lists and texts. */
export const movingKeys = [
  {
    id: 'move',
    keys: ['up', 'down', 'k', 'j'],
    show: ['up', 'down'],
    label: 'move',
    help: 'move the marker by one',
    group: 'Moving',
    where: [...lists, 'picker'],
    footer: 1,
  },
  {
    id: 'scroll',
    keys: ['up', 'down', 'k', 'j'],
    show: ['up', 'down'],
    label: 'scroll',
    help: 'scroll the log by a line; up pauses it',
    group: 'Moving',
    where: ['build'],
    footer: 1,
  },
  {
    id: 'scroll-text',
    keys: ['up', 'down', 'k', 'j', 'pageup', 'pagedown', 'space'],
    show: ['up', 'down'],
    label: 'scroll',
    help: 'scroll help, messages or a package’s files',
    group: 'Moving',
    where: ['help', 'messages', 'tree'],
    footer: 1,
  },
  {
    id: 'page',
    keys: ['pageup', 'pagedown', 'space'],
    show: ['pageup', 'pagedown'],
    label: 'page',
    help: 'move or scroll by a page',
    group: 'Moving',
    where: ['builds', 'distributions', 'build'],
  },
  {
    id: 'ends',
    keys: ['g', 'G', 'home', 'end'],
    show: ['g', 'G'],
    label: 'ends',
    help: 'to the beginning, to the end; in a log the end is followed',
    group: 'Moving',
    where: ['builds', 'distributions', 'build'],
  },
  {
    id: 'choose',
    keys: ['enter'],
    label: 'choose',
    help: 'choose the marked entry',
    group: 'Moving',
    where: ['first-run', 'picker'],
    footer: 2,
  },
] as const satisfies readonly Binding[];
