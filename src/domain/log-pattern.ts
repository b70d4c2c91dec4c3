/** Escapes for classes of characters that hold the line feed, without it. */
const withoutLineFeed: Record<string, string> = {
  s: String.raw`[^\S\n]`,
  W: String.raw`[^\w\n]`,
  D: String.raw`[^\d\n]`,
};
const codedCharacter = /^\\(?:x[\da-f]{2}|u[\da-f]{4}|c[a-z])/i;
/** Escapes that may stand in a class, also at either end of a range, without letting a line feed in. */
const harmlessInClass = /[wdSrfv\p{P}\p{S} ]/u;
const modifiers = /^\(\?[a-z-]+:/;

/**
 * A regular expression that finds in a line what `source` finds there, and never takes a line feed: so it finds the
 * same in many lines joined by line feeds (with the flags `gm`). Undefined where that cannot be said of it.
 * @param source a valid pattern without the flags `u`, `v` and `s`
 */
export function withinLines(source: string): string | undefined {
  let out = '';
  let at = 0;
  while (at < source.length) {
    const token = readToken(source, at);
    if (!token) return undefined;
    out += token.text;
    at = token.end;
  }
  return out;
}

/**
 * A regular expression that finds something where `source` does, if not as much: without the `.*` it begins with, which
 * is tried again from every character of a line, each time to the line's end.
 */
export function withoutLead(source: string): string {
  if (source.includes('|')) return source;
  const lead = readToken(source, 0);
  const repeat = lead && source[lead.end];
  if (!lead || !repeatable.test(source.slice(0, lead.end)) || (repeat !== '*' && repeat !== '+'))
    return source;
  const rest = source.slice(lead.end + (source[lead.end + 1] === '?' ? 2 : 1));
  return repeat === '*' ? withoutLead(rest) : source.slice(0, lead.end) + rest;
}

/** One character, of whatever kind. */
const repeatable = /^(?:[^\\()|^$]|\\[sSwWdD\p{P}\p{S}]|\[[\s\S]*\])$/u;

function readToken(source: string, at: number): Token | undefined {
  if (source[at] === '\\') return readEscape(source, at);
  return source[at] === '[' ? readClass(source, at) : readOther(source, at);
}

type Token = { text: string; end: number };

/** `ATOM`, but never at a line feed; right inside a look-behind too. */
const notLineFeed = (atom: string) => String.raw`(?:(?!\n)${atom})`;

function readOther(source: string, at: number): Token | undefined {
  // Modifiers change what `.`, `^` and `$` mean.
  if (source[at] === '(' && modifiers.test(source.slice(at, at + 12))) return undefined;
  return { text: source[at] ?? '', end: at + 1 };
}

function readEscape(source: string, at: number): Token | undefined {
  const kind = source[at + 1] ?? '';
  // A reference to a group, or a character by its octal number: only the number of groups tells.
  if (/^\\(?:0|\d\d)/.test(source.slice(at, at + 3))) return undefined;
  const coded = codedCharacter.exec(source.slice(at, at + 6))?.[0];
  if (coded) return { text: notLineFeed(coded), end: at + coded.length };
  const escaped = kind === 'n' ? notLineFeed(String.raw`\n`) : `\\${kind}`;
  return { text: withoutLineFeed[kind] ?? escaped, end: at + 2 };
}

function readClass(source: string, at: number): Token | undefined {
  let end = at + 1;
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
  const text = source.slice(at, ++end);
  const isNegated = text[1] === '^';
  const body = text.slice(isNegated ? 2 : 1, -1);
  if (isNegated) return { text: body.startsWith('-') ? notLineFeed(text) : `[^\\n${body}]`, end };
  return { text: isHarmless(body) ? text : notLineFeed(text), end };
}

/** Whether a class lets no line feed in; a doubt means no. */
function isHarmless(body: string): boolean {
  for (let at = 0; at < body.length; at++) {
    const one = body[at] ?? '';
    if (one < ' ') return false;
    if (one === '\\' && !harmlessInClass.test(body[++at] ?? '')) return false;
  }
  return true;
}
