import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withinLines, withoutLead } from '../../src/domain/log-pattern.ts';
import { compileQuery } from '../../src/domain/log-query.ts';
import { anyPattern } from '../support/log-model.ts';

const anyLine = fc.string({
  unit: fc.constantFrom('a', 'b', 'B', 'A', 'x', '7', ' ', '.', '-', '\\', '(', 'ü', '日', '👍', 'n', 's'),
  maxLength: 12,
});
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const isValid = (text: string) => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
};

describe('a query', () => {
  it('matches the lines that its regular expression matches, or its text where it is none', () => {
    fc.assert(
      fc.property(anyPattern, anyLine, (text, line) => {
        const query = compileQuery(text);
        expect(query.problem === undefined).toBe(isValid(text));
        const source = isValid(text) ? text : escaped(text);
        const plain = new RegExp(source, query.isCaseSensitive ? 'm' : 'im');
        expect(query.matches(line)).toBe(text !== '' && plain.test(line));
        if (query.literal !== undefined && query.isCaseSensitive) {
          expect(query.matches(line)).toBe(line.includes(query.literal));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds in joined lines exactly the lines that match, and nothing across a line end', () => {
    fc.assert(
      fc.property(anyPattern, fc.array(anyLine, { minLength: 1, maxLength: 6 }), (text, lines) => {
        const { inText, matches } = compileQuery(text);
        if (!inText) return;
        const joined = lines.join('\n');
        const found = new Set<number>();
        for (const { index, 0: all } of joined.matchAll(inText)) {
          expect(all).not.toContain('\n');
          found.add(joined.slice(0, index).split('\n').length - 1);
        }
        const expected = lines
          .map((line, index) => (matches(line) ? index : -1))
          .filter((index) => index >= 0);
        // An unanchored match may begin behind another on the same line only: each line that matches has one.
        expect([...found].sort((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  it('marks what is there: in order, never empty, never half a character', () => {
    fc.assert(
      fc.property(anyPattern, anyLine, (text, line) => {
        const query = compileQuery(text);
        const spans = query.spans(line);
        let end = 0;
        for (const [from, to] of spans) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          end = to;
          expect(line.slice(from, to).isWellFormed()).toBe(true);
        }
        expect(end).toBeLessThanOrEqual(line.length);
        if (spans.length > 0) expect(query.matches(line)).toBe(true);
        if (query.literal) expect(spans.length > 0).toBe(query.matches(line));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['link', 'LINK 1', true],
    ['Link', 'link', false],
    ['\\Wx', ' X', true],
    ['\\x4A', 'j', true],
    ['(?<Name>a)\\k<Name>', 'AA', true],
    ['ä', 'Ä', true],
    ['Ä', 'ä', false],
    ['module.*7\\.o', 'MODULE.7.O', true],
  ])('%j in %j: %j, by smart case', (text, line, is) => {
    expect(compileQuery(text).matches(line)).toBe(is);
  });

  it.each([
    ['a(b', 'not a regular expression (unterminated group); looked for as plain text'],
    ['*', 'not a regular expression (nothing to repeat); looked for as plain text'],
    ['[b-a]', 'not a regular expression (range out of order in character class); looked for as plain text'],
    ['a: (', 'not a regular expression (unterminated group); looked for as plain text'],
    ['\\', 'not a regular expression (\\ at end of pattern); looked for as plain text'],
  ])('says what is wrong with %j', (text, problem) => {
    const query = compileQuery(text);
    expect(query.problem).toBe(problem);
    expect(query.literal).toBe(text);
    expect(query.spans(`x${text}${text}`)).toEqual([
      [1, 1 + text.length],
      [1 + text.length, 1 + 2 * text.length],
    ]);
  });

  it('knows a plain word where it sees one', () => {
    expect(compileQuery('module\\.o')).toMatchObject({ literal: 'module.o', isCaseSensitive: false });
    expect(compileQuery('Linking')).toMatchObject({ literal: 'Linking', isCaseSensitive: true });
    expect(compileQuery('a.c').literal).toBeUndefined();
    expect(compileQuery('a\\d').literal).toBeUndefined();
    expect(compileQuery('').matches('')).toBe(false);
  });

  it('leaves the pattern alone where no part of it can take a line end', () => {
    const harmless = String.raw`^Linking .*module[0-9]+7\.o(?=x|[\w.-]{2,})$`;
    expect(withinLines(harmless)).toBe(harmless);
    expect(withinLines('(?s:.)')).toBeUndefined();
  });

  it.each([
    ['.*error', 'error'],
    ['.*?\\s+x', '\\sx'],
    ['[^a-z]*\\.*[\\]]+?b', '[\\]]b'],
    ['^.*a', '^.*a'],
    ['.*a|b', '.*a|b'],
    ['(a)*b', '(a)*b'],
    ['a{2}b', 'a{2}b'],
    ['.*', ''],
  ])('looks for %j by %j', (source, lean) => {
    expect(withoutLead(source)).toBe(lean);
  });

  it('marks a long line in no time, also where nothing is left of what it begins with', () => {
    expect(compileQuery('[^x]*xy').spans(`xy${'a'.repeat(16_000)}`)).toEqual([[0, 2]]);
  });
});
