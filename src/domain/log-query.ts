import { withinLines, withoutLead } from './log-pattern.ts';
import type { LineMatcher } from './log-scan.ts';

/** What a reader looks for in a log. */
export type Query = LineMatcher & {
  /** As it was typed. */
  text: string;
  /** The regular expression that is looked for. */
  source: string;
  /** Smart case: an upper case letter in the text makes it so. */
  isCaseSensitive: boolean;
  /** Why `text` is looked for as plain text and not as a regular expression, for people. */
  problem?: string;
  /** Set where nothing but this text is looked for. */
  literal?: string;
  /** Where it is found in a line of plain text, for marking: [from, to) in UTF-16 units, ascending, never empty. */
  spans(line: string): [number, number][];
};

const special = /[\\^$.*+?()[\]{}|]/g;
/** A text in which nothing is special but what is escaped. */
const onlyLiteral = /^(?:[^\\^$.*+?()[\]{}|]|\\[^\w])+$/;
const escapes = /\\(?:c[A-Za-z]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|k<\w*>|[\s\S])|\(\?<\w+>/g;
const upperCase = /\p{Lu}/u;
const plainAscii = /^[\x20-\x7e]+$/;
const nothing = '(?!)';

/** Reads what was typed as a regular expression, or else as plain text. An empty text finds nothing. */
export function compileQuery(text: string): Query {
  const problem = problemOf(text);
  const isLiteral = problem !== undefined || onlyLiteral.test(text);
  const literal = problem === undefined ? text.replace(/\\(.)/g, '$1') : text;
  const source = problem === undefined ? text || nothing : text.replace(special, '\\$&');
  const isCaseSensitive = upperCase.test(problem === undefined ? text.replace(escapes, '') : text);
  const flags = isCaseSensitive ? 'm' : 'im';
  const lean = withoutLead(source);
  const joined = withinLines(lean);
  const one = new RegExp(joined ?? lean, flags);
  const hasNoCase = isCaseSensitive || literal.toLowerCase() === literal.toUpperCase();
  const isWord = isLiteral && hasNoCase && plainAscii.test(literal);
  return {
    text,
    source,
    isCaseSensitive,
    ...(problem === undefined ? {} : { problem }),
    ...(isLiteral ? { literal } : {}),
    matches: (line) => one.test(line),
    spans: (line) => spansOf(new RegExp(source, `${flags}g`), new RegExp(one, `${flags}g`), line),
    word: isWord ? { text: literal, bytes: Buffer.from(literal, 'latin1') } : undefined,
    inText: joined === undefined ? undefined : new RegExp(joined, `${flags}g`),
  };
}

function problemOf(text: string): string | undefined {
  try {
    new RegExp(text, 'm');
    return undefined;
  } catch (error) {
    // V8: "Invalid regular expression: /(/m: Unterminated group".
    const message = error instanceof Error ? error.message : '';
    const reason = message.slice(message.lastIndexOf(': ') + 2);
    const said = reason === '' ? '' : ` (${reason[0]?.toLowerCase()}${reason.slice(1)})`;
    return `not a regular expression${said}; looked for as plain text`;
  }
}

/** @param ahead finds something from a place on where `pattern` does, in far less time where it does not */
function spansOf(pattern: RegExp, ahead: RegExp, line: string): [number, number][] {
  const spans: [number, number][] = [];
  while (ahead.test(line)) {
    const found = pattern.exec(line);
    if (!found) break;
    if (found[0] === '') {
      pattern.lastIndex++;
    } else {
      const from = found.index - (isInsidePair(line, found.index) ? 1 : 0);
      const to = pattern.lastIndex + (isInsidePair(line, pattern.lastIndex) ? 1 : 0);
      pattern.lastIndex = to;
      const before = spans.at(-1);
      if (before && before[1] > from) before[1] = to;
      else spans.push([from, to]);
    }
    ahead.lastIndex = pattern.lastIndex;
  }
  return spans;
}

/** Whether `at` parts the two halves of a character beyond U+FFFF. */
function isInsidePair(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text[at - 1] ?? '') && /[\udc00-\udfff]/.test(text[at] ?? '');
}
