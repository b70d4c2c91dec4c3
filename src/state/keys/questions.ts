import { askedHere } from '../layout.ts';
import type { State } from '../state.ts';
import type { Binding } from './binding.ts';

/** Answering: questions, lines that are typed, the form of a package. */
export const questionKeys = [
  {
    id: 'yes',
    keys: ['y'],
    show: (state) => (defaultOf(state) === 'yes' ? ['enter', 'y'] : ['y']),
    label: (state) => (state.overlay?.kind === 'question' ? state.overlay.yes : yesToRun(state)),
    help: 'do what is asked',
    group: 'Questions',
    where: ['question', 'ship-question'],
    footer: 1,
  },
  {
    id: 'no',
    keys: ['n', 'esc', 'q'],
    show: (state) => (defaultOf(state) === 'no' ? ['enter', 'n'] : ['n']),
    label: 'no',
    help: 'leave all as it is',
    group: 'Questions',
    where: ['question', 'ship-question'],
    footer: 2,
  },
  {
    id: 'default',
    keys: ['enter'],
    label: 'default',
    help: 'the answer that is marked; never yes where something is lost',
    group: 'Questions',
    where: ['question', 'ship-question'],
  },
  {
    id: 'accept',
    keys: ['enter'],
    label: 'accept',
    help: 'accept what was typed',
    group: 'Questions',
    where: ['input'],
    footer: 1,
  },
  {
    id: 'erase',
    keys: ['backspace', 'ctrl-u', 'ctrl-w'],
    show: ['backspace'],
    label: 'erase',
    help: 'erase a character; Ctrl-W a word, Ctrl-U all',
    group: 'Questions',
    where: ['input', 'ship-form'],
    footer: 3,
  },
  {
    id: 'drop',
    keys: ['esc'],
    label: 'cancel',
    help: 'forget what was typed',
    group: 'Questions',
    where: ['input', 'letter', 'copy', 'ship-form'],
    footer: { input: 2, letter: 9, copy: 9, 'ship-form': 2 },
  },
  {
    id: 'send-form',
    keys: ['enter'],
    label: 'make it',
    help: 'make the package with what stands in the form',
    group: 'Questions',
    where: ['ship-form'],
    footer: 1,
  },
  {
    id: 'next-field',
    keys: ['tab', 'down'],
    show: ['tab', 'down'],
    label: 'next',
    help: 'the next field',
    group: 'Questions',
    where: ['ship-form'],
    footer: 4,
  },
  {
    id: 'previous-field',
    keys: ['up', 'shift-tab'],
    label: 'previous',
    help: 'the field before',
    group: 'Questions',
    where: ['ship-form'],
    footer: 5,
  },
] as const satisfies readonly Binding[];

/** What Enter answers to the question asked. */
function defaultOf(state: State): 'yes' | 'no' | undefined {
  if (state.overlay?.kind === 'question') return state.overlay.default;
  return askedHere(state) ? 'no' : undefined;
}

const yesToRun = (state: State) => (askedHere(state)?.question.kind === 'policy' ? 'change it' : 'make it');
