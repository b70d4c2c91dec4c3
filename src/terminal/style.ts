/** How a cell looks. Equal looks are the same object, so that cells are compared by identity. */
export type Style = {
  /** Parameters of the SGR sequence that makes it from nothing; '' for the default look. */
  readonly sgr: string;
  /** Where the text leads to (OSC 8); '' for nowhere. */
  readonly link: string;
  /** What of it a blank shows: its background, a line through or under it, where it leads to. */
  readonly onBlank: Style;
};

type Look = { attributes: number; foreground: string; background: string; link: string };

/** Attributes by the code that switches them on; a bit each, the code that switches them off, whether a blank shows them. */
const attributes = [
  { code: 1, off: 22, showsOnBlank: false },
  { code: 2, off: 22, showsOnBlank: false },
  { code: 3, off: 23, showsOnBlank: false },
  { code: 4, off: 24, showsOnBlank: true },
  { code: 7, off: 27, showsOnBlank: true },
  { code: 9, off: 29, showsOnBlank: true },
] as const;
const blankBits = attributes.reduce((bits, { showsOnBlank }, at) => bits | (showsOnBlank ? 1 << at : 0), 0);

/** Few looks exist in practice; hostile colours are kept from filling the memory. */
const mostKnown = 4096;
const byKey = new Map<string, Style>();
const lookOf = new WeakMap<Style, Look>();
let changes = new WeakMap<Style, Map<string, Style>>();

export const defaultStyle: Style = intern({ attributes: 0, foreground: '', background: '', link: '' });

/** The look after the SGR sequence with these parameters. */
export function changeStyle(style: Style, parameters: string): Style {
  const known = changes.get(style) ?? new Map<string, Style>();
  const found = known.get(parameters);
  if (found) return found;
  changes.set(style, known);
  if (known.size >= mostKnown) changes = new WeakMap();
  const changed = intern(changeLook(lookOf.get(style) as Look, parameters));
  known.set(parameters, changed);
  return changed;
}

/** The look with its text leading to `link`, '' for nowhere. */
export const changeLink = (style: Style, link: string): Style =>
  style.link === link ? style : intern({ ...(lookOf.get(style) as Look), link });

function intern(look: Look): Style {
  const codes = attributes.filter((_, at) => look.attributes & (1 << at)).map(({ code }) => String(code));
  const sgr = [...codes, look.foreground, look.background].filter((part) => part !== '').join(';');
  // No link holds a blank, no SGR a letter.
  const key = look.link === '' ? sgr : `${look.link} ${sgr}`;
  const known = byKey.get(key);
  if (known) return known;
  if (byKey.size >= mostKnown) {
    byKey.clear();
    if (key !== '') byKey.set('', defaultStyle);
  }
  const blank: Look = {
    attributes: look.attributes & blankBits,
    // The colour of the letter is also that of a line under it, and of the ground where it is inverse.
    foreground: look.attributes & blankBits ? look.foreground : '',
    background: look.background,
    link: look.link,
  };
  const style: { sgr: string; link: string; onBlank: Style } = {
    sgr,
    link: look.link,
    onBlank: undefined as unknown as Style,
  };
  byKey.set(key, style);
  lookOf.set(style, look);
  const showsAll = blank.attributes === look.attributes && blank.foreground === look.foreground;
  style.onBlank = showsAll ? style : intern(blank);
  return style;
}

function changeLook(before: Look, parameters: string): Look {
  const look = { ...before };
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const length = codes[at + 1] === 5 ? 3 : 5;
      const color = codes.slice(at, at + length);
      // A colour that makes no sense leaves no way to tell where the next code begins.
      if (!isColor(color, length)) break;
      if (code === 38) look.foreground = color.join(';');
      else look.background = color.join(';');
      at += length - 1;
    } else if (code === 0) {
      look.attributes = 0;
      look.foreground = '';
      look.background = '';
    } else if (isBetween(code, 30, 37) || isBetween(code, 90, 97)) look.foreground = String(code);
    else if (isBetween(code, 40, 47) || isBetween(code, 100, 107)) look.background = String(code);
    else if (code === 39) look.foreground = '';
    else if (code === 49) look.background = '';
    else {
      attributes.forEach((attribute, bit) => {
        if (code === attribute.code) look.attributes |= 1 << bit;
        if (code === attribute.off) look.attributes &= ~(1 << bit);
      });
    }
  }
  return look;
}

/** `38;5;n` or `38;2;r;g;b`, whole. */
const isColor = (codes: readonly number[], length: number) =>
  codes.length === length &&
  (codes[1] === 5 || codes[1] === 2) &&
  codes.every((code) => Number.isInteger(code) && code <= 255);

const isBetween = (code: number, low: number, high: number) => code >= low && code <= high;
