import { bindingsIn, labelOf } from './bindings.ts';
import { handlers, type Step } from './handlers.ts';
import type { KeyBinding } from './keymap.ts';
import type { State } from './state.ts';

/** What a line typed after `:` on a screen means: a line number, `$` for the end, or the name of a key of this screen. */
export function command(state: State, text: string): readonly Step[] {
  if (text === '') return [];
  if (/^\d{1,15}$/.test(text)) return [{ effect: 'log', move: { to: 'number', number: Number(text) } }];
  if (text === '$') return [{ effect: 'log', move: { to: 'end' } }];
  const found = named(state, text.toLowerCase());
  if (found.length !== 1) return [say(whyNot(text, found, state))];
  const [binding] = found as [KeyBinding];
  const reason = binding.disabled?.(state);
  return reason === undefined ? handlers[binding.id](state, binding.keys[0] ?? '') : [say(reason)];
}

/** Entries of that name, else those whose name begins so; `q` is what everybody types first. */
function named(state: State, text: string): KeyBinding[] {
  const all = bindingsIn(state.route.screen);
  const names = (it: KeyBinding) => [it.id, labelOf(it, state), ...it.keys];
  const exact = all.filter((it) => names(it).includes(text));
  return exact.length > 0 ? exact.slice(0, 1) : all.filter((it) => it.id.startsWith(text));
}

function whyNot(text: string, found: readonly KeyBinding[], state: State): string {
  if (found.length === 0) return `There is no command ${text} here: a line number, or a name like :wrap.`;
  return `${text} may mean ${found.map((it) => labelOf(it, state)).join(', ')}.`;
}

const say = (text: string): Step => ({ type: 'said', tone: 'info', text });
