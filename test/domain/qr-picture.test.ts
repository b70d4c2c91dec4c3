import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestText, qrCode } from '../../src/domain/qr-code.ts';
import {
  type CodeLook,
  codeLook,
  codeRows,
  codeSpace,
  isDark,
  type QrCode,
  whyNotDrawn,
} from '../../src/domain/qr-picture.ts';
import { codePng } from '../../src/services/png.ts';
import { emulate, write } from '../support/emulated-terminal.ts';
import { darkTheme, lightTheme, scanPng, scanScreen } from '../support/scan.ts';

const alphabet = [...'ABCXYZabcxyz0123456789-._~%&=/?'];
/** Links of all lengths, from one of the sandbox to the longest that a session token makes. */
const anyLink = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 20, max: 700 }) },
      fc.integer({ min: 700, max: 2_953 }),
    ),
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: 64, maxLength: 200 }),
  )
  .map(([length, part]) => `https://bucket.s3.amazonaws.com/?${part.repeat(50)}`.slice(0, length));
const anyLook = fc.record<CodeLook>({ colorDepth: fc.constantFrom(4, 8, 24), unicode: fc.boolean() });

const must = (text: string): QrCode => {
  const code = qrCode(text);
  if (!code) throw new Error(`There is no code for ${text.length} characters.`);
  return code;
};

async function shown(rows: readonly string[], size: { columns: number; rows: number }) {
  const terminal = emulate(size);
  await write(terminal, rows.map((row, index) => `\x1b[${index + 1}H${row}`).join(''));
  return terminal;
}

describe('a QR code on a terminal', () => {
  it('is read back as the link by an independent decoder, in every look and on every ground', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyLink,
        anyLook,
        fc.constantFrom(darkTheme, lightTheme),
        fc.record({ columns: fc.nat(9), rows: fc.nat(4) }),
        async (link, look, theme, spare) => {
          const code = must(link);
          const space = codeSpace(code, look);
          const size = { columns: space.columns + spare.columns, rows: space.rows + spare.rows };
          const terminal = await shown(codeRows(code, look), size);
          try {
            expect(scanScreen(terminal, theme)).toBe(link);
          } finally {
            terminal.dispose();
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  it('keeps four light modules on each side', () => {
    const code = must('https://example.com/');
    const rows = codeRows(code, { colorDepth: 8, unicode: false });
    const white = `\x1b[38;5;231;48;5;231m${' '.repeat(2 * (code.size + 8))}\x1b[0m`;
    expect(rows.slice(0, 4)).toEqual(Array(4).fill(white));
    expect(rows.slice(-4)).toEqual(Array(4).fill(white));
    for (const row of rows) {
      expect(row).toMatch(/^\x1b\[38;5;231;48;5;231m {8}/);
      expect(row).toMatch(/ {8}\x1b\[0m$/);
    }
  });

  it('is half as high as wide where there are half blocks, else twice as wide and only ASCII', () => {
    const code = must('https://example.com/');
    expect(codeSpace(code, { colorDepth: 4, unicode: true })).toEqual({ columns: 33, rows: 17 });
    expect(codeSpace(code, { colorDepth: 4, unicode: false })).toEqual({ columns: 66, rows: 33 });
    expect(codeRows(code, { colorDepth: 4, unicode: false }).join('')).toMatch(/^[\x1b\x20-\x7e]*$/);
  });

  it('is not drawn without colours, nor where it does not fit, and says why', () => {
    const code = must('x'.repeat(400));
    expect(codeLook({ colorDepth: 0, unicode: true })).toBeUndefined();
    expect(whyNotDrawn(code, undefined, { columns: 500, rows: 500 })).toContain('Without colours');
    const look = codeLook({ colorDepth: 24, unicode: true });
    expect(whyNotDrawn(code, look, { columns: 80, rows: 24 })).toBe(
      'The QR code needs 77 columns and 39 rows; this terminal has 80 and 24.',
    );
    expect(whyNotDrawn(code, look, { columns: 77, rows: 39 })).toBeUndefined();
    expect(whyNotDrawn(code, look, { columns: 76, rows: 39 })).toBeDefined();
  });
});

describe('the QR code of a text', () => {
  it('ends where the largest code is full', () => {
    expect(must('é'.repeat(longestText / 2)).size).toBe(177);
    expect(must('a'.repeat(longestText)).size).toBe(177);
    expect(qrCode('a'.repeat(longestText + 1))).toBeUndefined();
    expect(qrCode('é'.repeat(longestText / 2 + 1))).toBeUndefined();
  });

  it('has light around it', () => {
    const code = must('https://example.com/');
    expect([isDark(code, 0, 0), isDark(code, -1, 0), isDark(code, 0, -1)]).toEqual([true, false, false]);
    expect([isDark(code, code.size, 0), isDark(code, 0, code.size)]).toEqual([false, false]);
  });
});

describe('a QR code as a PNG', () => {
  it('is read back as the link', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(scanPng(codePng(must(link)))).toBe(link);
      }),
      { numRuns: 5 },
    );
  }, 120_000);

  it('has its quiet zone, and no more pixels than it needs', () => {
    const png = codePng(must('https://example.com/'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([330, 330]);
  });
});
