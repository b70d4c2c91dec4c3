import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/domain/diagnosis/diagnose.ts';
import { knownProblems } from '../../../src/domain/diagnosis/known-problems.ts';
import { displayWidth } from '../../../src/domain/width.ts';
import { wrap } from '../../../src/domain/wrap.ts';
import { exampleBuild, examples } from './examples.ts';

/** What the failure card has for each of its lines at 80 columns, behind its label. */
const cardWidth = 64;

const quantifier = /[*+?}]/;

/** Whether a group that repeats something is itself repeated: the shape that makes matching slow. */
function nestsQuantifiers(source: string): boolean {
  const text = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const open: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') open.push(at);
    if (text[at] !== ')') continue;
    const group = text.slice((open.pop() ?? 0) + 1, at).replace(/^\?(?:<\w+>|[:=!]|<[=!])/, '');
    const isOptional = text[at + 1] === '?';
    const isRepeated = quantifier.test(text[at + 1] ?? '') || text[at + 1] === '{';
    if (isRepeated && !isOptional && /[*+{?]/.test(group)) return true;
  }
  return false;
}

describe('the table of known problems', () => {
  it('has an id of its own for each, in kebab case', () => {
    const ids = knownProblems.map((problem) => problem.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('has an example for each, and for nothing else', () => {
    expect(Object.keys(examples).sort()).toEqual(knownProblems.map((problem) => problem.id).sort());
  });

  it.each(knownProblems.map((problem) => [problem.id, problem] as const))(
    '%s is well-formed',
    (_id, problem) => {
      const { cause, fix, from, when } = problem;
      for (const text of [cause, fix]) {
        expect(wrap(text, cardWidth).length, text).toBeLessThanOrEqual(2);
        expect(text).toMatch(/^(?:[A-Z]|\{|pip ).*[.]$/);
      }
      expect(from).not.toBe('');
      // The warning over a succeeded build has one line.
      if (when.status?.includes('SUCCEEDED')) expect(displayWidth(cause)).toBeLessThanOrEqual(70);
      for (const [, name] of `${cause}${fix}`.matchAll(/\{(\w+)\}/g)) {
        expect(when.says?.source).toContain(`(?<${name}>`);
      }
      expect(when.says?.global ?? false).toBe(false);
      expect(nestsQuantifiers(when.says?.source ?? '')).toBe(false);
      // Unbounded repetition rescans a long line from each of its places.
      expect((when.says?.source ?? '').replace(/\\[.+*]/g, '')).not.toMatch(/(?:\.|\\[SswWdD]|\])[*+]/);
    },
  );

  it('notices a pattern that nests quantifiers', () => {
    expect(nestsQuantifiers('(a+)+')).toBe(true);
    expect(nestsQuantifiers('(?:x|[ab]*c)*')).toBe(true);
    expect(nestsQuantifiers('(?:[^x]{0,80}y)?z(?<n>a{1,4})')).toBe(false);
  });
});

describe.each(Object.entries(examples))('%s', (id, example) => {
  const linesOf = ({ log }: { log?: string }) => (log === undefined ? [] : [{ number: 6, text: log }]);

  it('is found', () => {
    const found = diagnose(exampleBuild(example), linesOf(example));
    expect(found?.id).toBe(id);
    expect(found?.line).toBe(example.log === undefined ? undefined : 6);
    if (example.cause !== undefined) expect(found?.cause).toBe(example.cause);
    expect(`${found?.cause}${found?.fix}`).not.toMatch(/[{}?]/);
  });

  it('is not found in what only looks alike', () => {
    expect(diagnose(exampleBuild(example.not), linesOf(example.not))?.id).not.toBe(id);
  });
});

describe('the patterns', () => {
  const hostile: readonly string[] = [
    "The term '",
    'a',
    ' ',
    "'",
    '\\',
    'python',
    'AccessDenied: ',
    'kms:',
    'stat ',
  ];

  it.each(hostile)('get through lines of 16 KB of %j', (piece) => {
    const line = piece.repeat(Math.ceil(16_384 / piece.length));
    // Slow ones would run into the limit of the test.
    for (const { when } of knownProblems) for (let i = 0; i < 20; i += 1) when.says?.test(line);
  });
});
