import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  longestLogLine,
  plain,
  sanitiseLogLine,
  sanitiseText,
  splitLogMessage,
  withoutLeadingMarks,
} from '../../src/domain/sanitise.ts';

const ESC = '\x1b';
/** Anything that could move, hide, reorder or talk; what may never come out. */
const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const allowedSgr =
  /^(?:[0123479]|2[1-4]|27|29|3[0-7]|39|4[0-7]|49|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3})$/;

/** Bytes of escape sequences are likelier than in plain random text, so that sequences really come about. */
const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          ...'\x1b[]P_^X\\;:?>=0158mhJHK \r\n\t\b\x07\x18\x9b\x9d\x90\x9c\u202e\u200d\ud800\u0301',
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '\x1b[31m',
          '\x1b[38;5;200m',
          '\x1b[8m',
          '\x1b]52;c;AAAA\x07',
          '\x1b]0;t\x1b\\',
          '日',
          '👍🏽',
          'e\u0301',
        ),
      },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** Removes the sequences that may come out; fails on one that may not. */
function withoutAllowedSgr(text: string): string {
  return text.replace(/\x1b\[([\d;]+)m/g, (_, parameters: string) => {
    for (const [code] of parameters.matchAll(/[34]8;(?:5;\d+|2;\d+;\d+;\d+)|\d+/g)) {
      expect(code).toMatch(allowedSgr);
    }
    return '';
  });
}

describe('sanitiseText', () => {
  it('lets no control or invisible character through', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(sanitiseText(text)).not.toMatch(dangerous);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 40 }), (text, limit) => {
        const once = sanitiseText(text, limit);
        expect(sanitiseText(once, limit)).toBe(once);
        expect(once.length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it.each([
    ['a\x1b[2Jb', 'ab'],
    ['a\x1b]0;title\x07b', 'ab'],
    ['a\x1b]52;c;QUJD\x1b\\b', 'ab'],
    ['a\x1bPq..\x1b\\b', 'ab'],
    ['a\x9b31mb', 'ab'],
    ['a\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\', 'alink'],
    ['one\r\ntwo\tthree', 'one two three'],
    ['never\x1b]ending\nnext', 'never next'],
    ['a\x1b(Bb\x0ec', 'abc'],
    ['pay\u202eexe.txt', 'payexe.txt'],
    ['lone \ud800 half', 'lone  half'],
    ['\u0301starts', 'starts'],
    ['z\u0301\u0301\u0301\u0301\u0301\u0301', 'z\u0301\u0301\u0301\u0301'],
    ['Grüße, 日本, 👍', 'Grüße, 日本, 👍'],
  ])('%j becomes %j', (text, expected) => {
    expect(sanitiseText(text)).toBe(expected);
  });

  it.each([
    ['Hangul vowels', '\u1100', '\u1161'],
    ['Hangul consonants', '', '\u1100'],
    ['Indic conjuncts', '', 'क्'],
    ['skin tones', '👍', '🏽'],
    ['half-width voice marks', 'ｶ', 'ﾞ'],
    ['marks', 'e', '\u0301'],
  ])('joins no endless %s into one cell', (_, begin, more) => {
    const once = sanitiseText(`${begin}${more.repeat(2_000)}.`);
    const segments = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(once)];
    for (const { segment } of segments) expect([...segment].length).toBeLessThanOrEqual(16);
    expect(once.endsWith('.')).toBe(true);
    expect(sanitiseText(once)).toBe(once);
  });

  it.each([
    '\u1112\u1161\u11ab\u1100\u1173\u11af'.repeat(12),
    'क्षत्रिय राष्ट्रीय स्वास्थ्य',
    'བསྒྲུབས',
    '👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽',
    'ｶﾞｷﾞｸﾞ'.repeat(9),
  ])('leaves what people write: %s', (text) => {
    expect(sanitiseText(text)).toBe(text);
  });

  it('marks what it cuts, and never cuts a character in two', () => {
    expect(sanitiseText('abcdef', 4)).toBe('abc…');
    expect(sanitiseText('ab👍ef', 4)).toBe('ab…');
    expect(sanitiseText('abcd', 4)).toBe('abcd');
  });
});

describe('a text that begins with marks', () => {
  it('does not change what stands on its left', () => {
    expect(sanitiseText('\u0301\u0301e\u0301')).toBe('e\u0301');
    expect(sanitiseText('\u1161\u20e3x')).toBe('x');
    expect(sanitiseLogLine('\u0301\x1b[31m\u0301red')).toBe('\x1b[31mred\x1b[0m');
    expect(withoutLeadingMarks('plain')).toBe('plain');
  });
});

describe('sanitiseLogLine', () => {
  it('lets nothing through but allowed colours, wherever a message is split', () => {
    fc.assert(
      fc.property(hostile, fc.nat(), (text, point) => {
        const cut = point % (text.length + 1);
        for (const part of [text, text.slice(0, cut), text.slice(cut)]) {
          for (const line of splitLogMessage(part)) {
            expect(withoutAllowedSgr(line)).not.toMatch(dangerous);
          }
        }
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const once = sanitiseLogLine(text);
        expect(sanitiseLogLine(once)).toBe(once);
      }),
    );
  });

  it.each([
    ['\x1b[31mred', '\x1b[31mred\x1b[0m'],
    ['\x1b[31mred\x1b[0m.', '\x1b[31mred\x1b[0m.'],
    ['\x1b[31mred\x1b[m.', '\x1b[31mred\x1b[0m.'],
    ['\x1b[31mred\x1b[39m.', '\x1b[31mred\x1b[39m.'],
    ['\x1b[8;5mhidden', 'hidden'],
    ['\x1b[1;8;32mx\x1b[0m', '\x1b[1;32mx\x1b[0m'],
    ['\x1b[38;5;300mx', 'x'],
    ['\x1b[38:2::1:2:3mx\x1b[0m', '\x1b[38;2;1;2;3mx\x1b[0m'],
    ['\x1b[58;5;1mx', 'x'],
    ['\x1b[>4;2mx', 'x'],
    ['\x1b[4:3mx\x1b[24m', '\x1b[4mx\x1b[24m'],
    ['10%\r50%\r100%', '100%'],
    ['100%\r', '100%'],
    ['done\r\x1b[K', 'done'],
    ['a\tb', 'a       b'],
    ['日本\tb', '日本    b'],
    ['\x1b[2K\x1b[1G> make\b', '> make'],
  ])('%j becomes %j', (text, expected) => {
    expect(sanitiseLogLine(text)).toBe(expected);
  });

  it('drops a colour with more parameters than any program means', () => {
    expect(sanitiseLogLine(`${ESC}[${'1;'.repeat(40)}mx`)).toBe('x');
  });

  it('caps a line and says how long it was', () => {
    const line = sanitiseLogLine(`${ESC}[31m${'x'.repeat(10_000_000)}`);
    expect(line.length).toBeLessThanOrEqual(longestLogLine);
    expect(line).toMatch(/x\x1b\[0m…\[cut: 10000005 characters\]$/);
    expect(sanitiseLogLine(line)).toBe(line);
  });

  it('looks at each character once, however hostile', () => {
    // Quadratic work on these would take hours; the test's own limit is the assertion.
    const many = 400_000;
    const inputs = [
      `a${ESC}]${'x'.repeat(8 * 1024 * 1024)}`,
      `a${ESC}[${'1;'.repeat(1_000_000)}mz`,
      `${ESC}]`.repeat(many),
      `${ESC}[`.repeat(many),
      '\r'.repeat(many),
      `${ESC}[31m\r`.repeat(many / 4),
      '\u202e'.repeat(many),
      `a${'\u0301'.repeat(many)}`,
      `${ESC}P${ESC}`.repeat(many),
    ];
    for (const input of inputs) {
      expect(plain(sanitiseLogLine(input)).length).toBeLessThan(10);
      expect(sanitiseText(input)).not.toMatch(dangerous);
    }
  });
});

describe('splitLogMessage', () => {
  it('splits at line ends and closes each line by itself', () => {
    expect(splitLogMessage('one\ntwo\r\n')).toEqual(['one', 'two']);
    expect(splitLogMessage('')).toEqual(['']);
    expect(splitLogMessage('a\n\nb\n')).toEqual(['a', '', 'b']);
    expect(splitLogMessage(`${ESC}]0;never\nseen`)).toEqual(['', 'seen']);
  });
});

describe('plain', () => {
  it('takes the colours of a sanitised line away', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(plain(sanitiseLogLine(text))).not.toMatch(dangerous);
      }),
    );
  });
});
