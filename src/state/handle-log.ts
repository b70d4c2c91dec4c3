import type { LogMove } from './effects.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import type { State } from './state.ts';
import { timeColumns } from './state-log.ts';
import type { LogInput } from './state-overlay.ts';

/** Columns that left and right scroll by. */
const sidewaysStep = 20;
const mostContext = 99;

/** The log of the open build. */
export const handleLog = {
  scroll: (_state, key) => move({ by: 'rows', count: key === 'up' || key === 'k' ? -1 : 1 }),
  follow: () => move({ to: 'end' }),
  sideways: (state, key) => {
    const { left = 0, wrap = false } = state.view?.log ?? {};
    if (wrap) return [{ type: 'said', tone: 'info', text: 'Lines are wrapped: w cuts them again.' }];
    const to = Math.max(0, left + (key === 'left' ? -sidewaysStep : sidewaysStep));
    return [{ type: 'log-looked', look: { left: to } }];
  },
  wrap: (state) => [{ type: 'log-looked', look: { wrap: !state.view?.log.wrap, left: 0 } }],
  time: (state) => {
    const now = timeColumns.indexOf(state.view?.log.time ?? 'clock');
    const next = timeColumns[(now + 1) % timeColumns.length] ?? 'clock';
    // In UTC both clocks are the same.
    const skipped = next === 'utc' && state.env.timeZone === 'UTC' ? 'since' : next;
    return [{ type: 'log-looked', look: { time: skipped } }];
  },
  find: (state) => type('find', '', state.view?.log.find ?? ''),
  'find-next': (_state, key) => move({ to: 'hit', direction: key === 'n' ? 1 : -1 }),
  keep: (state) => type('keep', state.view?.log.filter ?? '', state.view?.log.filter ?? ''),
  context: (state, key) => {
    const context = (state.view?.log.context ?? 0) + (key === '-' ? -1 : 1);
    return [{ type: 'log-looked', look: { context: Math.max(0, Math.min(mostContext, context)) } }];
  },
  error: (_state, key) => move({ to: 'error', direction: key === 'e' ? 1 : -1 }),
  phase: (_state, key) => move({ to: 'phase', direction: key === ']' ? 1 : -1 }),
  mark: () => [{ type: 'overlay', overlay: { kind: 'letter', purpose: 'mark' } }],
  'goto-mark': () => [{ type: 'overlay', overlay: { kind: 'letter', purpose: 'goto' } }],
  command: () => type('command', '', ''),
  'save-log': (state) => type('save', fileNameFor(state), ''),
  'raw-log': () => [{ effect: 'show-log' }],
  'copy-log': () => [{ type: 'overlay', overlay: { kind: 'copy' } }],
  'copy-line': () => [closed, { effect: 'copy-log', what: 'line' }],
  'copy-range': () => [closed, { effect: 'copy-log', what: 'range' }],
  'copy-hits': () => [closed, { effect: 'copy-log', what: 'hits' }],
} satisfies Partial<Record<KeyId, Handler>>;

const closed: Step = { type: 'overlay', overlay: undefined };

const move = (to: LogMove): readonly Step[] => [{ effect: 'log', move: to }];

const type = (purpose: LogInput, text: string, before: string): readonly Step[] => [
  { type: 'overlay', overlay: { kind: 'input', purpose, text, before } },
];

function fileNameFor({ view }: State): string {
  const [project = '', uuid = ''] = (view?.id ?? '').split(':');
  return `${project}-${uuid.slice(0, 8)}.log`;
}

/** A letter typed where the name of a mark is waited for. */
export function lettered(state: State, letter: string): readonly Step[] {
  const { overlay, view } = state;
  if (overlay?.kind !== 'letter' || !view) return [closed];
  if (overlay.purpose === 'mark') {
    if (!/^[a-zA-Z]$/.test(letter)) return [closed, info('Marks are named by letters.')];
    return [closed, { effect: 'mark-log', letter }];
  }
  if (letter === "'") {
    const { before } = view.log;
    if (!before) return [closed, info('There was no jump yet to come back from.')];
    return [closed, { type: 'log-placed', id: view.id, place: before, jump: true }];
  }
  const line = view.log.marks[letter];
  if (line === undefined) return [closed, info(`There is no mark ${letter}: m sets one.`)];
  return [closed, { effect: 'log', move: { to: 'line', line } }];
}

const info = (text: string): Step => ({ type: 'said', tone: 'info', text });

/** Said where what is looked for is nowhere in the log. */
export const notInLog = (text: string) =>
  ({ type: 'said', tone: 'info', text: `"${text}" is not in the log.` }) as const satisfies Step;
