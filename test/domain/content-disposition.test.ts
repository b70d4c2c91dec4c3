import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attachmentAs } from '../../src/domain/content-disposition.ts';

describe('the name to save a download by', () => {
  it('is a quoted string where it is plain', () => {
    expect(attachmentAs('claude code-(1).zip')).toBe('attachment; filename="claude code-(1).zip"');
  });

  it.each([
    ['we"ird.zip', 'we_ird.zip', 'we%22ird.zip'],
    ['a\\b.zip', 'a_b.zip', 'a%5Cb.zip'],
    ['für.zip', 'f_r.zip', 'f%C3%BCr.zip'],
    ['50%25.zip', '50_25.zip', '50%2525.zip'],
    ["ü'(*).zip", "_'(*).zip", '%C3%BC%27%28%2A%29.zip'],
    ['😀.zip', '_.zip', '%F0%9F%98%80.zip'],
    // Controls are in no file name.
    ['ü\r\nX: y.zip', '___X: y.zip', '%C3%BC__X%3A%20y.zip'],
  ])('is given twice where it is not: %j', (name, plain, encoded) => {
    expect(attachmentAs(name)).toBe(`attachment; filename="${plain}"; filename*=UTF-8''${encoded}`);
  });

  it('is one header of two parameters, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const header = attachmentAs(name);
        expect(header).toMatch(
          /^attachment; filename="[^"\\%]*"(; filename\*=UTF-8''([\w!#$&+.^`|~-]|%[0-9A-F]{2})*)?$/,
        );
        expect(header).toMatch(/^[ -~]*$/);
        const whole = header.split("UTF-8''")[1];
        if (whole !== undefined)
          expect(decodeURIComponent(whole)).toBe(name.toWellFormed().replace(/\p{Cc}/gu, '_'));
      }),
    );
  });
});
