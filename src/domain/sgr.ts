/** Attributes that stay on until switched off, as bits. */
const bits = {
  bold: 1,
  dim: 2,
  italic: 4,
  underline: 8,
  inverse: 16,
  strike: 32,
  foreground: 64,
  background: 128,
} as const;

type Effect = { on: number; off: number };

const effects = new Map<number, Effect>([
  [0, { on: 0, off: 255 }],
  [1, { on: bits.bold, off: 0 }],
  [2, { on: bits.dim, off: 0 }],
  [3, { on: bits.italic, off: 0 }],
  [4, { on: bits.underline, off: 0 }],
  [7, { on: bits.inverse, off: 0 }],
  [9, { on: bits.strike, off: 0 }],
  [21, { on: bits.underline, off: 0 }],
  [22, { on: 0, off: bits.bold | bits.dim }],
  [23, { on: 0, off: bits.italic }],
  [24, { on: 0, off: bits.underline }],
  [27, { on: 0, off: bits.inverse }],
  [29, { on: 0, off: bits.strike }],
  [39, { on: 0, off: bits.foreground }],
  [49, { on: 0, off: bits.background }],
]);
for (const [from, bit] of [
  [30, bits.foreground],
  [40, bits.background],
  [90, bits.foreground],
  [100, bits.background],
] as const) {
  for (let code = from; code < from + 8; code++) effects.set(code, { on: bit, off: 0 });
}

const mostParameters = 32;
/** Longest text that so many allowed parameters can take; a longer one is refused before it is split. */
const longestText = mostParameters * 4;
const onlyParameters = /^[0-9;:]*$/;

export type AllowedSgr = {
  /** The sequence in its plain form, or '' where nothing of it is allowed. */
  text: string;
  /** Attributes that are on after it; 0 = none. */
  state: number;
};

/**
 * What of a "select graphic rendition" sequence may reach the screen: bold, dim, italic, underline, inverse, strike
 * and colours (8, 16, 256, direct). No blink, no conceal, no fonts. Colon forms come out as semicolons. A text in the
 * colour of its ground stays as it is: which colours look alike only the terminal knows; find, `--no-color` and pipes show it.
 * @param parameters the text between `ESC [` and `m`
 */
export function allowSgr(parameters: string, state: number): AllowedSgr {
  if (parameters.length > longestText || !onlyParameters.test(parameters)) return { text: '', state };
  const groups = parameters.split(';');
  if (groups.length > mostParameters) return { text: '', state };
  const kept: number[] = [];
  let after = state;
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at] ?? '';
    const [code = 0, ...sub] = group.split(':').map(Number);
    if (code === 38 || code === 48 || code === 58) {
      const color = group.includes(':') ? colonColor(sub) : semicolonColor(groups.slice(at + 1).map(Number));
      // A colour that makes no sense leaves no way to tell where the next parameter begins.
      if (!color) break;
      at += color.taken;
      if (code === 58) continue;
      kept.push(code, ...color.values);
      after |= code === 38 ? bits.foreground : bits.background;
      continue;
    }
    const plainCode = code === 4 && sub[0] === 0 ? 24 : code;
    const effect = effects.get(plainCode);
    if (!effect) continue;
    kept.push(plainCode);
    after = (after & ~effect.off) | effect.on;
  }
  return { text: kept.length === 0 ? '' : `\x1b[${kept.join(';')}m`, state: after };
}

type Color = { values: number[]; taken: number };

const isByte = (value: number | undefined): value is number => value !== undefined && value <= 255;

function semicolonColor(rest: number[]): Color | undefined {
  const [mode, ...values] = rest;
  if (mode === 5 && isByte(values[0])) return { values: [5, values[0]], taken: 2 };
  const [red, green, blue] = values;
  if (mode !== 2 || !isByte(red) || !isByte(green) || !isByte(blue)) return undefined;
  return { values: [2, red, green, blue], taken: 4 };
}

/** `5:n`, `2:r:g:b` and `2:space:r:g:b`. */
function colonColor(sub: number[]): Color | undefined {
  const values = sub[0] === 2 && sub.length > 4 ? [2, ...sub.slice(2)] : sub;
  const color = semicolonColor(values);
  return color && { values: color.values, taken: 0 };
}
