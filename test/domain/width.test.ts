import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { plain, sanitiseLogLine } from '../../src/domain/sanitise.ts';
import {
  displayWidth,
  isNarrow,
  padEnd,
  padStart,
  piecesOf,
  sliceColumns,
  truncate,
  wrapColumns,
} from '../../src/domain/width.ts';

const line = fc
  .array(
    fc.constantFrom('a', ' ', 'é', '日', '👍🏽', 'e\u0301', '한', '\x1b[31m', '\x1b[0m', '\x1b[1;44m', '🇩🇪'),
    {
      maxLength: 30,
    },
  )
  .map((parts) => sanitiseLogLine(parts.join('')));

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['\x1b[31mred\x1b[0m', 3],
    ['👍🏽', 2],
    ['', 0],
  ])('%j takes %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('is the sum of its pieces', () => {
    fc.assert(
      fc.property(line, (text) => {
        const pieces = [...piecesOf(text)];
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieces.reduce((sum, piece) => sum + piece.width, 0)).toBe(displayWidth(text));
      }),
    );
  });
});

describe('sliceColumns', () => {
  it('gives exactly the columns asked for, and all colours', () => {
    fc.assert(
      fc.property(line, fc.nat(40), fc.nat(40), (text, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const width = displayWidth(text);
        const slice = sliceColumns(text, from, to);
        expect(displayWidth(slice)).toBe(Math.max(0, Math.min(width, to) - Math.min(width, from)));
        expect(slice.match(/\x1b\[[\d;]*m/g)).toEqual(text.match(/\x1b\[[\d;]*m/g));
      }),
    );
  });

  it('puts a blank for half a wide character', () => {
    expect(sliceColumns('日本', 1, 4)).toBe(' 本');
    expect(sliceColumns('日本', 0, 3)).toBe('日 ');
  });
});

describe('cutting and filling', () => {
  it('never exceeds the width, and says that something is missing', () => {
    fc.assert(
      fc.property(line, fc.nat(40), (text, width) => {
        const cut = truncate(text, width);
        expect(displayWidth(cut)).toBeLessThanOrEqual(width);
        if (displayWidth(text) > width && width > 0) expect(plain(cut)).toMatch(/…$/);
        expect(displayWidth(padEnd(text, width))).toBe(width);
        expect(displayWidth(padStart(text, width))).toBe(width);
      }),
    );
  });

  it('ends with the mark asked for', () => {
    expect(truncate('abcdef', 4, '›')).toBe('abc›');
    expect(truncate('abcdef', 4, '...')).toBe('a...');
    expect(truncate('abcdef', 2, '...')).toBe('..');
  });
});

describe('wrapColumns', () => {
  it('loses nothing and keeps each row within the width', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 2, max: 20 }), (text, width) => {
        const rows = wrapColumns(text, width);
        expect(rows.join('')).toBe(text);
        for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('characters taken for narrow', () => {
  it('have one column each, and never combine with their neighbours', () => {
    const segmenter = new Intl.Segmenter();
    for (let code = 0x20; code < 0x10000; code++) {
      const character = String.fromCharCode(code);
      if (!isNarrow(character)) continue;
      expect(stringWidth(character), code.toString(16)).toBe(1);
      expect([...segmenter.segment(`a${character}b`)], code.toString(16)).toHaveLength(3);
    }
  });
});
