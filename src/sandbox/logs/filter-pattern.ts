import { AwsFailure } from '../http.ts';

/** Whether a message is asked for. */
export type MessageFilter = (message: string) => boolean;

/** A word or a quoted phrase; `?` before it: any of these; `-`: none of these. */
const termPattern = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\w+))(?=\s|$)/y;

/**
 * FilterLogEvents' pattern for unstructured events: terms that must all be there, case-sensitive; `?a ?b` for either;
 * `-a` for not. Patterns for JSON (`{…}`), columns (`[…]`) and regular expressions (`%…%`) are refused by name.
 * @throws AwsFailure InvalidParameterException.
 */
export function parseFilterPattern(pattern: string): MessageFilter {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) {
    throw invalid('The sandbox offers filter patterns of terms only: none for JSON, columns or expressions.');
  }
  const terms: Record<'all' | 'any' | 'none', string[]> = { all: [], any: [], none: [] };
  termPattern.lastIndex = 0;
  while (termPattern.lastIndex < text.length) {
    const found = termPattern.exec(text);
    if (found === null) throw invalid(`Invalid filter pattern: ${JSON.stringify(text)}`);
    const [, sign, phrase, word = ''] = found;
    const kind = sign === '?' ? 'any' : sign === '-' ? 'none' : 'all';
    terms[kind].push(phrase?.replace(/\\(.)/g, '$1') ?? word);
  }
  const { all, any, none } = terms;
  return (message) =>
    all.every((term) => message.includes(term)) &&
    // Beside other terms, `?` ones are ignored, says the user guide.
    (any.length === 0 || all.length > 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}

function invalid(message: string): AwsFailure {
  return new AwsFailure('InvalidParameterException', message);
}
