import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsFailure } from '../../../src/sandbox/http.ts';
import { parseFilterPattern } from '../../../src/sandbox/logs/filter-pattern.ts';

describe('a filter pattern', () => {
  test.each([
    ['', 'anything', true],
    ['   ', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['ERROR main', 'main: ERROR', true],
    ['ERROR main', 'ERROR alone', false],
    ['"exit status 1"', 'Reason: exit status 1', true],
    ['"exit status 1"', 'exit 1 status', false],
    ['"say \\"hi\\""', 'say "hi" now', true],
    ['?ERROR ?WARN', 'WARN only', true],
    ['?ERROR ?WARN', 'INFO', false],
    ['?ERROR main', 'main', true],
    ['ERROR -Exiting', 'ERROR Exiting', false],
    ['ERROR -Exiting', 'ERROR running', true],
    ['-ERROR', 'INFO', true],
    ['-"a b" -"c d"', 'c d', false],
  ])('%j on %j: %s', (pattern, message, expected) => {
    expect(parseFilterPattern(pattern)(message)).toBe(expected);
  });

  test.each(['{ $.a = 1 }', '[ip, user]', '%a+%', 'a.b', '"open', 'a"b"', '--a', '"a"b', '!'])(
    'refuses %j',
    (pattern) => {
      expect(() => parseFilterPattern(pattern)).toThrow(AwsFailure);
    },
  );

  test('finds every phrase that it quotes, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, phrase, after) => {
        fc.pre(phrase !== '');
        const quoted = `"${phrase.replace(/["\\]/g, '\\$&')}"`;
        expect(parseFilterPattern(quoted)(before + phrase + after)).toBe(true);
      }),
    );
  });

  test('never fails but by an error of the service', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (pattern) => {
        try {
          parseFilterPattern(pattern)('message');
        } catch (error) {
          expect(error).toBeInstanceOf(AwsFailure);
        }
      }),
    );
  });
});
