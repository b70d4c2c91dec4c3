import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barSpans } from '../../src/components/bar.ts';
import { rowSpans, titleSpans } from '../../src/components/columns.ts';
import { displayWidth } from '../../src/domain/width.ts';
import { cutSpans, drawable, paintSpans, type Span, span, spansWidth, window } from '../../src/ui/text.ts';
import { themeFor } from '../../src/ui/theme.ts';

const plainTheme = themeFor({ colorDepth: 0, unicode: true });
const ascii = themeFor({ colorDepth: 0, unicode: false });
const coloured = themeFor({ colorDepth: 24, unicode: true });

const textOf = (spans: readonly Span[]) => paintSpans(spans, plainTheme);
/** Printable text with narrow, wide and combining characters. */
const anyText = fc
  .array(fc.constantFrom('a', 'b', ' ', '漢', 'é', 'é', '…', '🚀', '-'), { maxLength: 30 })
  .map((parts) => parts.join(''));

describe('spans', () => {
  it('are cut to the width, the last kept piece with an ellipsis', () => {
    expect(textOf(cutSpans(['abc', span('muted', 'def')], 6, '…'))).toBe('abcdef');
    expect(textOf(cutSpans(['abc', span('muted', 'def')], 5, '…'))).toBe('abcd…');
    expect(textOf(cutSpans(['abc', 'def'], 3, '…'))).toBe('ab…');
    expect(textOf(cutSpans(['abc'], 0, '…'))).toBe('');
  });

  it('are never wider than asked, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 5 }), fc.integer({ min: 0, max: 40 }), (texts, width) => {
        expect(spansWidth(cutSpans(texts, width, '…'))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('carry colours only where there are any', () => {
    expect(paintSpans([span('bad', 'x')], plainTheme)).toBe('x');
    expect(paintSpans([span('bad', 'x'), 'y'], coloured)).toMatch(/^\x1b\[[0-9;]+mx\x1b\[0my$/);
  });

  it('are as wide in ASCII as they were', () => {
    expect(drawable('· a – b … 漢', ascii)).toBe('. a - b . ??');
    fc.assert(
      fc.property(anyText, (text) => {
        const drawn = drawable(text, ascii);
        expect(drawn).toMatch(/^[\x20-\x7e]*$/);
        expect(displayWidth(drawn)).toBe(displayWidth(text));
      }),
    );
  });

  it('keep the colours of a line in ASCII', () => {
    expect(drawable('\x1b[31mé\x1b[0m', ascii)).toBe('\x1b[31m?\x1b[0m');
  });
});

describe('the window on a line', () => {
  it('shows its columns and says that more follows', () => {
    expect(window('0123456789', 0, 10, '›')).toBe('0123456789');
    expect(window('0123456789', 0, 5, '›')).toBe('0123›');
    expect(window('0123456789', 5, 5, '›')).toBe('56789');
    expect(window('0123456789', 20, 5, '›')).toBe('');
  });

  it('keeps the colour that began before it', () => {
    expect(window('\x1b[31m0123456789\x1b[0m', 5, 5, '›')).toBe('\x1b[31m56789\x1b[0m');
  });
});

describe('a bar', () => {
  it('is as wide as asked, however full', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (part, width) => {
          for (const theme of [plainTheme, ascii])
            expect(spansWidth(barSpans(theme, part, width))).toBe(width);
        },
      ),
    );
  });

  it('is empty at nothing and full at all', () => {
    expect(textOf(barSpans(plainTheme, 0, 4))).toBe('····');
    expect(textOf(barSpans(plainTheme, 1, 4))).toBe('████');
    expect(textOf(barSpans(ascii, 0.5, 4))).toBe('##..');
  });
});

describe('a table', () => {
  const columns = [
    { title: 'ONE', width: 5 },
    { title: 'TWO', width: 4, align: 'right' as const },
  ];

  it('aligns cells under their titles and cuts what is too long', () => {
    expect(textOf(titleSpans(columns, '…'))).toBe('ONE     TWO');
    expect(textOf(rowSpans(columns, ['abcdefgh', '12'], '…'))).toBe('abcd…    12');
    expect(textOf(rowSpans(columns, ['漢字漢字', ''], '…'))).toBe('漢字…      ');
  });
});
