import { toAppError } from '../domain/errors.ts';
import { parseExpiresHours } from '../domain/hours.ts';
import { startSteps } from './handle-builds.ts';
import { shipSteps } from './handle-ship.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { bodyRows } from './layout.ts';
import { pickerEntries } from './picker.ts';
import { logTop } from './reduce-view.ts';
import { overlayScrollRange } from './select-overlay.ts';
import type { State } from './state.ts';

const closed: Step = { type: 'overlay', overlay: undefined };

/** Questions, lines being typed, choices, and what is only to be read. */
export const handleOverlays = {
  yes: (state) => (state.overlay?.kind === 'question' ? [closed, state.overlay.onYes] : []),
  no: () => [closed],
  default: (state) => {
    if (state.overlay?.kind !== 'question') return [];
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
    if (state.overlay?.kind !== 'input') return [];
    const { purpose, before } = state.overlay;
    return purpose === 'filter' ? [closed, { type: 'filtered', text: before }] : [closed];
  },
  erase: (state, key) => {
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

/** A filter is applied with every character; other lines wait for Enter. */
export function changed(state: State, text: string): readonly Step[] {
  const live = state.overlay?.kind === 'input' && state.overlay.purpose === 'filter';
  return live
    ? [
        { type: 'typed', text },
        { type: 'filtered', text },
      ]
    : [{ type: 'typed', text }];
}

function accept(state: State): readonly Step[] {
  if (state.overlay?.kind !== 'input') return [];
  const { purpose, text } = state.overlay;
  switch (purpose) {
    case 'filter':
      return [closed, { type: 'filtered', text }];
    case 'find': {
      const { view } = state;
      if (!view) return [closed];
      if (text === '') return [closed, { type: 'log-found', id: view.id, text: '', line: undefined }];
      const from = view.log.follow ? view.log.first - 1 : logTop(state) - 1;
      return [closed, { effect: 'find', buildId: view.id, text, from, direction: 1 }];
    }
    case 'hours':
      try {
        return [closed, ...shipSteps(state, parseExpiresHours(text.trim()))];
      } catch (error) {
        const { message } = toAppError(error);
        return [{ type: 'said', tone: 'bad', text: message }];
      }
  }
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
