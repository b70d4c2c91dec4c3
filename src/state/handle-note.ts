import { besideName } from '../domain/beside-name.ts';
import { isCodeOverAll, noteRoom } from './code-place.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { codeFactsOf, noteFactsOf, noteTextOf } from './note-facts.ts';
import { noteScrollRange } from './select-note.ts';
import type { State } from './state.ts';

const codeClosed: Step = { type: 'code-closed' };

/** Handing out a package. */
export const handleNote = {
  'scroll-note': (state, key) => {
    const max = noteScrollRange(state);
    const page = Math.max(1, noteRoom(state).rows - 2);
    const by =
      { up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page, space: page, G: max, end: max }[key] ??
      -max;
    return [{ type: 'note-scrolled', by, max }];
  },
  'copy-note': (state) => {
    const text = noteTextOf(state);
    return text === undefined ? [] : [{ effect: 'copy', text, what: 'The note' }];
  },
  'save-note': (state) => {
    const facts = noteFactsOf(state);
    return facts ? [asked('save-note', besideName(facts.filename, '.txt'))] : [];
  },
  'show-code': (state) => {
    if (state.code) return [codeClosed];
    const facts = codeFactsOf(state);
    return facts ? [{ effect: 'show-code', url: facts.url, filename: facts.filename }] : [];
  },
  'close-code': () => [codeClosed],
} satisfies Partial<Record<KeyId, Handler>>;

const asked = (purpose: 'save-note' | 'save-code', text: string): Step => ({
  type: 'overlay',
  overlay: { kind: 'input', purpose, text, before: '' },
});

/** What Enter does with the name of the file that the note, or the picture of the code, is saved to. */
export function savedTo(state: State, purpose: 'save-note' | 'save-code', path: string): readonly Step[] {
  if (path === '') return [];
  if (purpose === 'save-note') {
    const text = noteTextOf(state);
    return text === undefined ? [] : [{ effect: 'save-note', text, path, overwrite: false }];
  }
  const facts = codeFactsOf(state);
  return facts ? [{ effect: 'save-code', url: facts.url, path, overwrite: false }] : [];
}

/** `esc` hides a code in the note before it leaves the screen. */
export const unshownCode = (state: State): readonly Step[] | undefined =>
  state.code && !isCodeOverAll(state) ? [codeClosed] : undefined;
