const ESC = 0x1b;

/** What ends a control string: its terminator, or whatever makes a terminal give it up; a line end ends it too. */
const oscEnd = /[\x07\x0a\x0d\x18\x1a\x1b\x9c]/g;
const stringEnd = /[\x0a\x0d\x18\x1a\x1b\x9c]/g;

/** U+0080–U+009F that begin a control sequence or a control string. */
const csi8 = 0x9b;
const strings8 = new Set([0x90, 0x98, 0x9e, 0x9f]);
const osc8 = 0x9d;

/**
 * Index behind the control sequence that begins at `at` (an ESC or a C1 control), by the rules of ECMA-48. A sequence
 * that is broken off ends before the character that breaks it; an unterminated string ends at the line end. Looks at
 * every character once, whatever the text holds.
 */
export function skipSequence(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === csi8) return skipCsi(text, at + 1);
  if (first === osc8) return skipString(text, at + 1, oscEnd);
  if (strings8.has(first)) return skipString(text, at + 1, stringEnd);
  if (first !== ESC) return at + 1;
  switch (text[at + 1]) {
    case '[':
      return skipCsi(text, at + 2);
    case ']':
      return skipString(text, at + 2, oscEnd);
    case 'P':
    case 'X':
    case '^':
    case '_':
      return skipString(text, at + 2, stringEnd);
    default:
      return skipEscape(text, at + 1);
  }
}

function skipCsi(text: string, from: number): number {
  let at = from;
  while (between(text.charCodeAt(at), 0x30, 0x3f)) at++;
  while (between(text.charCodeAt(at), 0x20, 0x2f)) at++;
  return between(text.charCodeAt(at), 0x40, 0x7e) ? at + 1 : at;
}

/** Intermediates and a final; an ESC before anything else goes alone. */
function skipEscape(text: string, from: number): number {
  let at = from;
  while (between(text.charCodeAt(at), 0x20, 0x2f)) at++;
  return between(text.charCodeAt(at), 0x30, 0x7e) ? at + 1 : at;
}

function skipString(text: string, from: number, end: RegExp): number {
  end.lastIndex = from;
  const found = end.exec(text);
  if (!found) return text.length;
  const at = found.index;
  switch (text.charCodeAt(at)) {
    case ESC:
      return text[at + 1] === '\\' ? at + 2 : at;
    case 0x0a:
    case 0x0d:
      return at;
    default:
      return at + 1;
  }
}

/** False for NaN, which is what charCodeAt gives behind the end. */
const between = (code: number, low: number, high: number) => code >= low && code <= high;
