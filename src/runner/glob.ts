/**
 * File patterns of a buildspec: `*` and `?` within a name, `**` over folders, `[a-z]` and `[!a-z]`, `{one,two}`, and `\`
 * before what is meant as it is. Not by regular expressions: a pattern with many stars would hold up the sandbox and
 * every build in it for minutes. A path takes at most the product of its length and the pattern's.
 */

type Token = { kind: 'one'; matches: (character: string) => boolean } | { kind: 'star' };
/** What one name must look like; `anywhere` is `**`. */
type Segment = readonly Token[] | 'anywhere';

/** Braces multiply; nobody writes so many by hand. */
const mostAlternatives = 256;
const longestPattern = 4_096;

/** Tells whether a path, with `/` and relative to the pattern's base, is one that the pattern names. */
export function compileGlob(pattern: string): (path: string) => boolean {
  // No path is as long.
  if (pattern.length > longestPattern) return () => false;
  const alternatives = expandBraces(pattern).map(parse);
  return (path) => {
    const names = path.split('/').map((name) => [...name]);
    return alternatives.some((segments) => matchPath(segments, names));
  };
}

function parse(pattern: string): Segment[] {
  const segments: Segment[] = pattern.split('/').map((text) => (text === '**' ? 'anywhere' : tokensOf(text)));
  // `a/**` names what is in `a`, not `a`.
  return segments.at(-1) === 'anywhere' ? [...segments, tokensOf('*')] : segments;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...text];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const set = character === '[' ? readSet(characters, index) : undefined;
    if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (character === '?') {
      tokens.push({ kind: 'one', matches: () => true });
    } else if (set !== undefined) {
      tokens.push({ kind: 'one', matches: set.matches });
      index = set.end;
    } else {
      const literal = character === '\\' ? (characters[++index] ?? '\\') : character;
      tokens.push({ kind: 'one', matches: (other) => other === literal });
    }
  }
  return tokens;
}

/** `[…]` from `start` on; undefined where it is never closed and so means itself. */
function readSet(
  characters: readonly string[],
  start: number,
): { matches: (character: string) => boolean; end: number } | undefined {
  const isNegated = ['!', '^'].includes(characters[start + 1] ?? '');
  const first = start + (isNegated ? 2 : 1);
  // A bracket that comes first is one of the set.
  const end = characters.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const ranges: [from: string, to: string][] = [];
  for (let index = first; index < end; index += 1) {
    const from = characters[index] ?? '';
    const isRange = characters[index + 1] === '-' && index + 2 < end;
    ranges.push([from, isRange ? (characters[index + 2] ?? '') : from]);
    if (isRange) index += 2;
  }
  return {
    matches: (character) => ranges.some(([from, to]) => from <= character && character <= to) !== isNegated,
    end,
  };
}

function matchPath(segments: readonly Segment[], names: readonly (readonly string[])[]): boolean {
  return matchSequence(
    segments,
    names,
    (segment) => segment === 'anywhere',
    (segment, name) => segment !== 'anywhere' && matchName(segment, name),
  );
}

function matchName(tokens: readonly Token[], name: readonly string[]): boolean {
  // A star alone names something.
  if (name.length === 0) return tokens.length === 0;
  return matchSequence(
    tokens,
    name,
    (token) => token.kind === 'star',
    (token, character) => token.kind === 'one' && token.matches(character),
  );
}

/**
 * Matches items against patterns of which some stand for any number of them. Only the last of those is ever taken back:
 * what an earlier one could take, the later one can take too.
 */
function matchSequence<P, I>(
  patterns: readonly P[],
  items: readonly I[],
  isAny: (pattern: P) => boolean,
  fits: (pattern: P, item: I) => boolean,
): boolean {
  let at = 0;
  let retry: { pattern: number; item: number } | undefined;
  for (let index = 0; index < items.length; ) {
    const pattern = patterns[at];
    if (pattern !== undefined && isAny(pattern)) {
      retry = { pattern: at, item: index };
      at += 1;
    } else if (pattern !== undefined && fits(pattern, items[index] as I)) {
      at += 1;
      index += 1;
    } else if (retry !== undefined) {
      retry.item += 1;
      index = retry.item;
      at = retry.pattern + 1;
    } else {
      return false;
    }
  }
  return patterns.slice(at).every(isAny);
}

/** The patterns that `{one,two}` stands for; braces without a comma mean themselves. */
function expandBraces(pattern: string): string[] {
  const expanded: string[] = [];
  const pending = [pattern];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const alternatives = expandOnce(next);
    if (alternatives === undefined) expanded.push(next);
    else pending.push(...alternatives);
    if (expanded.length + pending.length > mostAlternatives) return [pattern];
  }
  return expanded;
}

/** The first innermost braces with a comma, each of their alternatives in their place. */
function expandOnce(pattern: string): string[] | undefined {
  const opened: { at: number; commas: number[] }[] = [];
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index];
    if (character === '\\') index += 1;
    else if (character === '{') opened.push({ at: index, commas: [] });
    else if (character === ',') opened.at(-1)?.commas.push(index);
    else if (character === '}') {
      const braces = opened.pop();
      if (braces === undefined || braces.commas.length === 0) continue;
      const ends = [...braces.commas, index];
      return ends.map((end, which) => {
        const start = (which === 0 ? braces.at : (ends[which - 1] ?? 0)) + 1;
        return pattern.slice(0, braces.at) + pattern.slice(start, end) + pattern.slice(index + 1);
      });
    }
  }
  return undefined;
}
