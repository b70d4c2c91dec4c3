import { isMade } from '../is-made.ts';
import { cannotHandOut, cannotShowCode } from '../note-facts.ts';
import { noteScrollRange } from '../select-note.ts';
import { cannotCopyLink } from '../why-not.ts';
import type { Binding } from './binding.ts';

/** Handing out a package: its note, its link as a QR code. */
export const noteKeys = [
  {
    id: 'scroll-note',
    keys: ['up', 'down', 'k', 'j', 'pageup', 'pagedown', 'space', 'g', 'G', 'home', 'end'],
    show: ['up', 'down'],
    label: 'scroll',
    help: 'scroll the note of a finished package',
    group: 'Moving',
    where: ['ship'],
    footer: 7,
    when: (state) => noteScrollRange(state) > 0,
  },
  {
    id: 'ship-note',
    keys: ['i'],
    label: 'show',
    help: 'show the whole note to hand out, with the install commands, outside the full screen',
    group: 'Distributions',
    where: ['ship'],
    disabled: cannotCopyLink,
  },
  {
    id: 'copy-note',
    keys: ['Y'],
    label: 'note',
    help: 'copy the whole note to hand out: the link, until when it works, the install commands',
    group: 'Distributions',
    where: ['distributions', 'ship'],
    footer: { ship: 2.1 },
    when: isMade,
    disabled: cannotHandOut,
  },
  {
    id: 'save-note',
    keys: ['S'],
    label: 'save',
    help: 'save the note to a file',
    group: 'Distributions',
    where: ['distributions', 'ship'],
    footer: { ship: 2.2 },
    when: isMade,
    disabled: cannotHandOut,
  },
  {
    id: 'show-code',
    keys: ['Q'],
    label: 'QR',
    help: 'the link as a QR code: on the screen where it fits, else as a picture in a file; again hides it',
    group: 'Distributions',
    where: ['distributions', 'ship'],
    footer: { ship: 2.3 },
    when: isMade,
    disabled: cannotShowCode,
  },
  {
    id: 'close-code',
    keys: ['esc', 'q', 'Q', 'enter', 'space'],
    show: ['esc'],
    label: 'close',
    help: 'close the QR code; any other key does too',
    group: 'Program',
    where: ['code'],
    footer: 1,
  },
] as const satisfies readonly Binding[];
