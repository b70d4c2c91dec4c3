import type { Key } from 'ink';
import type { Theme } from './theme.ts';

const named = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof Key, string])[];

/**
 * What was typed as the key table names it: `up`, `enter`, `ctrl-c`, or the character itself. Keys pressed faster than
 * the terminal hands them over come in one piece (`jjj`) and are told apart here.
 */
export function keyNames(input: string, key: Key): string[] {
  if (key.escape) return ['esc'];
  // Esc and a key typed fast arrive as one, like Alt and that key; there is no Alt in the table.
  if (key.meta) return ['esc', ...keyNames(input, { ...key, meta: false })];
  if (key.tab && key.shift) return ['shift-tab'];
  for (const [field, name] of named) if (key[field]) return [name];
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input.toLowerCase()}`];
  return [...input].flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\r' || character === '\n') return ['enter'];
    if (character === '\t') return ['tab'];
    if (character === ' ') return ['space'];
    if (code === 0x7f || code === 0x08) return ['backspace'];
    if (code >= 1 && code <= 26) return [`ctrl-${String.fromCharCode(code + 96)}`];
    return code < 0x20 ? [] : [character];
  });
}

const words: Readonly<Record<string, string>> = {
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  esc: 'esc',
  space: 'space',
  backspace: 'backspace',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
};

/** A key as footer and help print it. */
export function keycap(name: string, theme: Pick<Theme, 'glyphs'>): string {
  const ctrl = /^ctrl-(.)$/.exec(name)?.[1];
  if (ctrl !== undefined) return `Ctrl-${ctrl.toUpperCase()}`;
  return theme.glyphs.keys[name] ?? words[name] ?? name;
}

/** Several keys of one entry: arrows stand together (`↑↓`), others apart (`[ ]`). */
export function keycaps(names: readonly string[], theme: Pick<Theme, 'glyphs'>): string {
  const caps = names.map((name) => keycap(name, theme));
  return caps.join(names.every((name) => name in theme.glyphs.keys) ? '' : ' ');
}
