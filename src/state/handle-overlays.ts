import { startSteps } from './handle-builds.ts';
import { downloadSteps } from './handle-links.ts';
import { notInLog } from './handle-log.ts';
import { savedTo } from './handle-note.ts';
import { fieldChanged } from './handle-ship-form.ts';
import { answerAsked } from './handle-ship-question.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { bodyRows } from './layout.ts';
import { pickerEntries } from './picker.ts';
import { overlayScrollRange } from './select-overlay.ts';
import type { State } from './state.ts';

const closed: Step = { type: 'overlay', overlay: undefined };

/** Questions, lines being typed, choices, and what is only to be read. */
export const handleOverlays = {
  yes: (state) =>
    state.overlay?.kind === 'question' ? [closed, state.overlay.onYes] : answerAsked(state, true),
  no: (state) => (state.overlay ? [closed] : answerAsked(state, false)),
  default: (state) => {
    if (state.overlay?.kind !== 'question') return answerAsked(state, false);
    return state.overlay.default === 'yes' ? [closed, state.overlay.onYes] : [closed];
  },
  'raw-text': (state) => {
    const raw = state.overlay?.kind === 'sheet' ? state.overlay.raw : undefined;
    return raw === undefined ? [] : [{ effect: 'show-raw', text: raw }];
  },
  close: () => [closed],
  'close-picker': () => [closed],
  choose,
  accept,
  drop: (state) => {
    if (state.overlay?.kind !== 'input') return [closed];
    const { purpose, before } = state.overlay;
    switch (purpose) {
      case 'filter':
        return [closed, { type: 'filtered', text: before }];
      case 'find':
        return [closed, { type: 'log-find', text: before }, { type: 'log-find-ended', accepted: false }];
      case 'keep':
        return [closed, { type: 'log-filter', text: before }];
      default:
        return [closed];
    }
  },
  erase: (state, key) => {
    if (state.overlay?.kind === 'ship-form') return fieldChanged(state, (text) => erased(text, key));
    if (state.overlay?.kind !== 'input') return [];
    return changed(state, erased(state.overlay.text, key));
  },
  'scroll-text': (state, key) => {
    const page = bodyRows(state) - 2;
    const by = { up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page, space: page }[key] ?? 0;
    return [{ type: 'overlay-scrolled', by, max: overlayScrollRange(state) }];
  },
} satisfies Partial<Record<KeyId, Handler>>;

function erased(text: string, key: string): string {
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S+\s*$/, '');
  return [...text].slice(0, -1).join('');
}

/** What filters or finds is applied with every character; other lines wait for Enter. */
export function changed(state: State, text: string): readonly Step[] {
  const typed: Step = { type: 'typed', text };
  if (state.overlay?.kind !== 'input') return [];
  switch (state.overlay.purpose) {
    case 'filter':
      return [typed, { type: 'filtered', text }];
    case 'find':
      return [typed, { type: 'log-find', text }];
    case 'keep':
      return [typed, { type: 'log-filter', text }];
    default:
      return [typed];
  }
}

function accept(state: State): readonly Step[] {
  if (state.overlay?.kind !== 'input') return [];
  const { purpose, text } = state.overlay;
  switch (purpose) {
    case 'filter':
      return [closed, { type: 'filtered', text }];
    case 'find':
      return [closed, ...soughtFor(state, text), { type: 'log-find-ended', accepted: true }];
    case 'keep':
      return [closed, { type: 'log-filter', text }];
    // Carried out by `press`, which alone knows what every key does.
    case 'command':
      return [closed];
    case 'save':
      return text.trim() === ''
        ? [closed]
        : [closed, { effect: 'save-log', path: text.trim(), overwrite: false }];
    case 'save-note':
    case 'save-code':
      return [closed, ...savedTo(state, purpose, text.trim())];
    case 'download':
      return [closed, ...downloadSteps(state, text.trim())];
  }
}

/** What was looked for while it was typed goes on; that it is not there is said now, or as soon as all was looked at. */
function soughtFor({ view }: State, text: string): readonly Step[] {
  if (view?.log.find !== text) return [{ type: 'log-find', text }];
  const { found } = view.log;
  return found?.isComplete && found.count === 0 ? [notInLog(text)] : [];
}

/** What Enter on the marked entry of a choice does. */
function choose(state: State): readonly Step[] {
  const entry = pickerEntries(state)[pickerIndex(state)];
  if (!entry) return [];
  if (entry.kind === 'project') return [closed, ...startSteps(state, entry.name)];
  return [
    { type: 'target-chosen', target: entry.target },
    { effect: 'remember-target', target: entry.target },
  ];
}

function pickerIndex(state: State): number {
  if (state.overlay?.kind === 'picker') return state.overlay.selected;
  return state.route.screen === 'first-run' ? state.route.selected : 0;
}
