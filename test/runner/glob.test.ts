import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/runner/glob.ts';

const matched = (pattern: string, paths: readonly string[]) => paths.filter(compileGlob(pattern));

describe('a pattern', () => {
  it.each([
    ['*', ['a', '.b'], ['a/b']],
    ['**', ['a', 'a/b', 'a/.b/c'], []],
    ['**/*.js', ['a.js', 'x/a.js', 'x/y/.js'], ['a.jsx', 'x/js']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'ab', 'b/a']],
    ['*/**', ['a/b', 'a/b/c'], ['a']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a', 'az', 'a/zz']],
    ['a?c', ['abc', 'a.c'], ['ac', 'a/c', 'abbc']],
    ['*a*b', ['ab', 'xaxb', 'aab', 'abab'], ['ba', 'aba']],
    ['[a-c]1', ['a1', 'c1'], ['d1', '1']],
    ['[!a-c]1', ['d1'], ['a1']],
    ['[]x]', [']', 'x'], ['[]']],
    ['[a', ['[a'], ['a']],
    ['{a,b}.{c,d}', ['a.c', 'b.d'], ['a', 'a.e']],
    ['{a,{b,c}}', ['a', 'b', 'c'], ['{a', 'a}']],
    ['{a}', ['{a}'], ['a']],
    ['\\*', ['*'], ['a']],
    ['a (1)+.txt', ['a (1)+.txt'], ['a 1.txt', 'a (1).txt']],
    ['\u{1f600}?', ['\u{1f600}\u{1f601}'], ['\u{1f600}']],
  ])('%s', (pattern, named, others) => {
    expect(matched(pattern, [...named, ...others])).toEqual(named);
  });

  it('means what it means to other tools', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '.', '*', '?'), { minLength: 1, maxLength: 5 });
    // Three stars and names of dots alone are read in more than one way.
    const segment = text
      .map((parts) => parts.join('').replace(/\*+/g, '*'))
      .filter((one) => !/^\.+$/.test(one));
    // Whether `a/**` names `a` itself, they do not agree on with themselves.
    const folders = fc.array(fc.oneof(segment, fc.constant('**')), { maxLength: 2 });
    const pattern = fc.tuple(folders, segment).map(([before, last]) => [...before, last]);
    const name = fc.stringMatching(/^[ab.]{0,3}[ab]$/);
    fc.assert(
      fc.property(pattern, fc.array(name, { minLength: 1, maxLength: 4 }), (segments, names) => {
        const [glob, path] = [segments.join('/'), names.join('/')];
        const options = { dot: true, nonegate: true, noextglob: true };
        expect([glob, path, compileGlob(glob)(path)]).toEqual([glob, path, picomatch(glob, options)(path)]);
      }),
      { numRuns: 500 },
    );
  });

  it('takes no longer for its many stars', () => {
    const names = Array.from({ length: 200 }, () => 'a'.repeat(250));
    expect(matched(`**/${'*a'.repeat(100)}b`, names)).toEqual([]);
    expect(matched(`${'**/a/'.repeat(100)}b`, [names.map(() => 'a').join('/')])).toEqual([]);
    expect(matched('{a,b}'.repeat(200), ['a'.repeat(200)])).toEqual([]);
    expect(matched('{'.repeat(4_000), ['{'])).toEqual([]);
    expect(matched('*'.repeat(5_000), ['a'])).toEqual([]);
  });
});
