import { hasEnded } from '../domain/phases.ts';
import type { State } from './state.ts';
import {
  cannotAct,
  cannotCancel,
  cannotCopyLink,
  cannotOpen,
  cannotOpenConsole,
  cannotOpenNote,
  cannotRetry,
  cannotShip,
  cannotStart,
  cannotStop,
  noSelection,
} from './why-not.ts';

/** Where keys are pressed: a screen, or what lies over it. */
export type Place =
  | State['route']['screen']
  | 'question'
  | 'input'
  | 'picker'
  | 'help'
  | 'messages'
  | 'sheet';

export type KeyGroup = 'Screens' | 'Moving' | 'Builds' | 'Log' | 'Distributions' | 'Program' | 'Questions';

/** One entry of the key table. */
export type Binding = {
  id: string;
  /** Names as `ui/key-names.ts` gives them; the handler is told which one it was. */
  keys: readonly string[];
  /** Key names shown in footer and help; the first of `keys` where absent. */
  show?: readonly string[] | ((state: State) => readonly string[]);
  /** One word for the footer. */
  label: string | ((state: State) => string);
  /** One line for help and docs. */
  help: string;
  group: KeyGroup;
  where: readonly Place[];
  /** Rank in the footer, everywhere or by place; absent: only in help. */
  footer?: number | Partial<Record<Place, number>>;
  /** Whether it stands in the footer in this state; absent: always. */
  when?: (state: State) => boolean;
  /** Cannot be undone; always asks. */
  danger?: true;
  /** Why the key is off now; undefined while it works. */
  disabled?: (state: State) => string | undefined;
};

const screens = ['builds', 'build', 'distributions', 'ship'] as const;
const everyScreen = ['first-run', ...screens] as const;
const lists = ['builds', 'distributions', 'first-run'] as const;
const running = (state: State) => state.view?.build === undefined || !hasEnded(state.view.build);
const shipRuns = (state: State) => state.ship?.state === 'running' || state.ship?.state === 'cancelling';
const shipDone = (state: State) => state.ship?.state === 'done';

/** The only place where keys are declared: footer, help and docs/keys.md are made from it. */
export const keymap = [
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
    help: 'scroll help or messages',
    group: 'Moving',
    where: ['help', 'messages'],
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
    id: 'open',
    keys: ['enter'],
    label: 'open',
    help: 'open the marked build',
    group: 'Builds',
    where: ['builds'],
    footer: 2,
    disabled: cannotOpen,
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
  {
    id: 'follow',
    keys: ['f'],
    label: 'follow',
    help: 'follow the end of the log again',
    group: 'Log',
    where: ['build'],
    footer: 2,
  },
  {
    id: 'find',
    keys: ['/'],
    label: 'find',
    help: 'find a text in the log; upper and lower case are the same',
    group: 'Log',
    where: ['build'],
    footer: 3,
  },
  {
    id: 'find-next',
    keys: ['n', 'N'],
    show: ['n', 'N'],
    label: 'next',
    help: 'next and previous hit',
    group: 'Log',
    where: ['build'],
    disabled: (state) => (state.view?.log.find ? undefined : 'Nothing is looked for yet: / finds a text.'),
  },
  {
    id: 'error',
    keys: ['e', 'E'],
    label: 'error',
    help: 'next error line in the log; E the previous one',
    group: 'Log',
    where: ['build'],
    footer: 4,
  },
  {
    id: 'phase',
    keys: ['[', ']'],
    show: ['[', ']'],
    label: 'phase',
    help: 'to the previous and the next phase in the log',
    group: 'Log',
    where: ['build'],
    footer: 5,
  },
  {
    id: 'sideways',
    keys: ['left', 'right'],
    show: ['left', 'right'],
    label: 'sideways',
    help: 'scroll long lines sideways',
    group: 'Log',
    where: ['build'],
  },
  {
    id: 'time',
    keys: ['t'],
    label: 'time',
    help: 'show or hide the time column',
    group: 'Log',
    where: ['build'],
  },
  {
    id: 'build',
    keys: ['b'],
    label: 'build',
    help: 'start a build',
    group: 'Builds',
    where: ['builds', 'build'],
    footer: 3,
    when: (state) => state.route.screen === 'builds',
    disabled: cannotStart,
  },
  {
    id: 'stop',
    keys: ['x'],
    label: 'stop',
    help: 'stop the running build; asks',
    group: 'Builds',
    where: ['builds', 'build'],
    footer: 6,
    when: (state) => state.route.screen === 'builds' || running(state),
    danger: true,
    disabled: cannotStop,
  },
  {
    id: 'retry',
    keys: ['r'],
    label: 'retry',
    help: 'start the same build again',
    group: 'Builds',
    where: ['builds', 'build'],
    footer: 6.5,
    when: (state) => state.route.screen === 'builds' || !running(state),
    disabled: cannotRetry,
  },
  {
    id: 'ship',
    keys: ['d'],
    label: 'ship',
    help: 'make a package of the newest good builds and a link to it',
    group: 'Distributions',
    where: ['builds', 'build', 'distributions'],
    footer: { builds: 3.5, build: 7, distributions: 4 },
    disabled: cannotShip,
  },
  {
    id: 'ship-options',
    keys: ['D'],
    label: 'options',
    help: 'the same, asking first how long the link shall live',
    group: 'Distributions',
    where: ['builds', 'build', 'distributions'],
    disabled: cannotShip,
  },
  {
    id: 'filter',
    keys: ['/'],
    label: 'filter',
    help: 'show only builds that contain the words typed: id, project, target, status, person',
    group: 'Builds',
    where: ['builds'],
    footer: 8,
  },
  {
    id: 'sort',
    keys: ['s'],
    label: 'sort',
    help: 'sort by start, duration, status, target',
    group: 'Builds',
    where: ['builds'],
  },
  {
    id: 'console',
    keys: ['o'],
    label: 'console',
    help: 'show and copy the link to the build in the AWS console; opens a browser where there is one',
    group: 'Builds',
    where: ['builds', 'build'],
    disabled: cannotOpenConsole,
  },
  {
    id: 'copy-id',
    keys: ['y'],
    label: 'copy',
    help: 'copy the id of the build',
    group: 'Builds',
    where: ['builds', 'build'],
    disabled: noSelection,
  },
  {
    id: 'open-note',
    keys: ['enter'],
    label: 'note',
    help: 'open the note of a package made in this session',
    group: 'Distributions',
    where: ['distributions'],
    footer: 1.5,
    disabled: cannotOpenNote,
  },
  {
    id: 'copy-link',
    keys: ['y'],
    label: 'copy',
    help: 'copy the whole link',
    group: 'Distributions',
    where: ['distributions', 'ship'],
    footer: 2,
    when: (state) => state.route.screen === 'distributions' || shipDone(state),
    disabled: cannotCopyLink,
  },
  {
    id: 'raw-link',
    keys: ['u'],
    label: 'raw link',
    help: 'show the link on one unbroken line outside the full screen',
    group: 'Distributions',
    where: ['distributions', 'ship'],
    footer: 3,
    when: (state) => state.route.screen === 'distributions' || shipDone(state),
    disabled: cannotCopyLink,
  },
  {
    id: 'raw-text',
    keys: ['u'],
    label: 'raw',
    help: 'show it on one unbroken line outside the full screen',
    group: 'Program',
    where: ['sheet'],
    footer: 1,
    when: (state) => state.overlay?.kind === 'sheet' && state.overlay.raw !== undefined,
  },
  {
    id: 'ship-note',
    keys: ['i'],
    label: 'note',
    help: 'show the whole note to hand out, with the install commands, outside the full screen',
    group: 'Distributions',
    where: ['ship'],
    footer: 4,
    when: shipDone,
    disabled: cannotCopyLink,
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
  {
    id: 'builds',
    keys: ['1'],
    label: 'builds',
    help: 'the builds',
    group: 'Screens',
    where: screens,
    footer: 8.5,
    when: (state) => state.route.screen === 'distributions' || state.route.screen === 'ship',
  },
  {
    id: 'distributions',
    keys: ['2'],
    label: 'packages',
    help: 'the distributions: packages and their links',
    group: 'Screens',
    where: screens,
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
    help: 'back to the screen before',
    group: 'Screens',
    where: ['build', 'distributions', 'ship'],
    footer: 9,
  },
  {
    id: 'quit',
    keys: ['q'],
    label: 'quit',
    help: 'leave the program; builds go on',
    group: 'Program',
    where: ['builds', 'first-run'],
    footer: 9,
  },
  {
    id: 'clear',
    keys: ['esc'],
    label: 'clear',
    help: 'end the filter',
    group: 'Builds',
    where: ['builds'],
  },
  {
    id: 'yes',
    keys: ['y'],
    show: (state) => (defaultOf(state) === 'yes' ? ['enter', 'y'] : ['y']),
    label: (state) => (state.overlay?.kind === 'question' ? state.overlay.yes : 'yes'),
    help: 'do what is asked',
    group: 'Questions',
    where: ['question'],
    footer: 1,
  },
  {
    id: 'no',
    keys: ['n', 'esc', 'q'],
    show: (state) => (defaultOf(state) === 'no' ? ['enter', 'n'] : ['n']),
    label: 'no',
    help: 'leave all as it is',
    group: 'Questions',
    where: ['question'],
    footer: 2,
  },
  {
    id: 'default',
    keys: ['enter'],
    label: 'default',
    help: 'the answer that is marked; never yes where something is lost',
    group: 'Questions',
    where: ['question'],
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
    where: ['input'],
    footer: 3,
  },
  {
    id: 'drop',
    keys: ['esc'],
    label: 'cancel',
    help: 'forget what was typed',
    group: 'Questions',
    where: ['input'],
    footer: 2,
  },
  {
    id: 'close',
    keys: ['esc', 'q', '?', '!', 'enter'],
    show: ['esc'],
    label: 'close',
    help: 'close what lies over the screen',
    group: 'Program',
    where: ['help', 'messages', 'sheet'],
    footer: 9,
  },
  {
    id: 'close-picker',
    keys: ['esc', 'q'],
    show: ['esc'],
    label: 'cancel',
    help: 'close the choice',
    group: 'Program',
    where: ['picker'],
    footer: 9,
  },
  {
    id: 'messages',
    keys: ['!'],
    label: 'messages',
    help: 'what was said in this session',
    group: 'Program',
    where: everyScreen,
  },
  {
    id: 'suspend',
    keys: ['ctrl-z'],
    label: 'suspend',
    help: 'suspend the program; fg brings it back',
    group: 'Program',
    where: [...everyScreen, 'question', 'input', 'picker', 'help', 'messages', 'sheet'],
  },
  {
    id: 'leave',
    keys: ['ctrl-c'],
    label: 'leave',
    help: 'leave the program; asks once while an upload or a start of ours runs',
    group: 'Program',
    where: [...everyScreen, 'question', 'input', 'picker', 'help', 'messages', 'sheet'],
  },
  {
    id: 'help',
    keys: ['?'],
    label: 'more',
    help: 'all keys',
    group: 'Program',
    where: everyScreen,
    footer: 10,
  },
] as const satisfies readonly Binding[];

export type KeyId = (typeof keymap)[number]['id'];
/** An entry of the table, with its optional fields. */
export type KeyBinding = Binding & { id: KeyId };

/** What Enter answers to the question asked. */
function defaultOf(state: State): 'yes' | 'no' | undefined {
  return state.overlay?.kind === 'question' ? state.overlay.default : undefined;
}
