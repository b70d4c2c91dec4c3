import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrap } from '../../src/domain/wrap.ts';

describe('breaking a text into lines', () => {
  it('breaks at spaces, and leaves room in the first line where something stands there', () => {
    expect(wrap('Reading the builds: access denied', 20)).toEqual(['Reading the builds:', 'access denied']);
    expect(wrap('Reading the builds: access denied', 20, 12)).toEqual([
      'Reading the',
      'builds: access',
      'denied',
    ]);
  });

  it('cuts a word that no line holds', () => {
    expect(wrap('of 0123456789ab now', 5)).toEqual(['of', '01234', '56789', 'ab', 'now']);
  });

  it('cuts a word that the first line would have held and the others do not', () => {
    expect(wrap('! !!', 1, 2)).toEqual(['!', '!', '!']);
  });

  it('cuts no character in two', () => {
    expect(wrap('👍👍👍👍', 3)).toEqual(['👍', '👍', '👍', '👍']);
  });

  it('loses nothing but spaces and keeps to the width, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        (text, width, first) => {
          const lines = wrap(text, width, first);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
          lines.forEach((line, index) => {
            expect(line.length).toBeLessThanOrEqual(index === 0 ? first : width);
          });
        },
      ),
    );
  });
});
