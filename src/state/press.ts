import { sanitiseText } from '../domain/sanitise.ts';
import { bindingFor } from './bindings.ts';
import { command } from './command.ts';
import { lettered } from './handle-log.ts';
import { changed } from './handle-overlays.ts';
import { fieldChanged } from './handle-ship-form.ts';
import { handlers, type Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { isTooSmall } from './layout.ts';
import type { State } from './state.ts';

/**
 * What a key means in a state. A key that is off says why; one that means nothing here does nothing.
 * `key`: a name of `ui/key-names.ts`, or the character typed.
 */
export function press(state: State, key: string): readonly Step[] {
  if (isTooSmall(state)) return whereNothingIsDrawn(state, key);
  const binding = bindingFor(state, key);
  const cleared: Step[] =
    state.notice || state.leaveAsked ? (isLeaving(binding?.id) ? [] : [{ type: 'notice-cleared' }]) : [];
  if (!binding) return takesText(state) ? [...cleared, ...typed(state, key)] : [];
  const reason = binding.disabled?.(state);
  if (reason !== undefined) return [...cleared, { type: 'said', tone: 'info', text: reason }];
  return [...cleared, ...handlers[binding.id](state, key), ...commanded(state, binding.id)];
}

/** What cannot be seen is not pressed by accident: only leaving and suspending work. */
function whereNothingIsDrawn(state: State, key: string): readonly Step[] {
  if (key === 'q' || key === 'ctrl-c') return handlers.leave(state, key);
  return key === 'ctrl-z' ? handlers.suspend(state, key) : [];
}

/** What Enter does behind a command, besides closing its line. */
function commanded({ overlay, ...state }: State, id: KeyId): readonly Step[] {
  const isCommand = id === 'accept' && overlay?.kind === 'input' && overlay.purpose === 'command';
  return isCommand ? command({ ...state, overlay: undefined }, overlay.text.trim()) : [];
}

const takesText = ({ overlay }: State) =>
  overlay !== undefined && ['input', 'letter', 'ship-form'].includes(overlay.kind);

const isLeaving = (id: string | undefined) => id === 'leave' || id === 'quit';

function typed(state: State, key: string): readonly Step[] {
  if (state.overlay?.kind === 'letter') return lettered(state, key);
  const character = key === 'space' ? ' ' : key;
  // Names of keys are longer than the one character that a key types.
  if ([...character].length !== 1) return [];
  if (state.overlay?.kind === 'ship-form') return fieldChanged(state, (text) => text + character);
  return state.overlay?.kind === 'input' ? changed(state, state.overlay.text + character) : [];
}

/** What was pasted is text for a line being typed, and never keys. */
export function pasted(state: State, text: string): readonly Step[] {
  if (isTooSmall(state)) return [];
  const cleared: Step[] = state.notice ? [{ type: 'notice-cleared' }] : [];
  if (state.overlay?.kind === 'ship-form') {
    // Lines of a list are as good as commas.
    const given = sanitiseText(text.replace(/[\r\n]+/g, ' ')).trim();
    return [...cleared, ...fieldChanged(state, (before) => before + given)];
  }
  if (state.overlay?.kind !== 'input') return [];
  return [...cleared, ...changed(state, state.overlay.text + sanitiseText(text).trim())];
}
