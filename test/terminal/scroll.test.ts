import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Row, readRow } from '../../src/terminal/cells.ts';
import { findScroll } from '../../src/terminal/scroll.ts';

const height = 8;
const texts = [
  '',
  'a',
  'a row of some length',
  'another row, which is longer than the first',
  'x'.repeat(70),
];
const anyRow = fc.constantFrom(...texts).map((text) => readRow(text, 80));
const anyRows = fc.array(anyRow, { minLength: height, maxLength: height });

/** The most cells that a whole run of rows spares which moved together by so many lines. */
function sparedBy(lines: number, before: readonly Row[], after: readonly Row[]): number {
  let most = 0;
  let spared = 0;
  for (let at = 0; at <= height; at++) {
    const [from, to] = [before[at + lines], after[at]];
    if (from && to && from.source === to.source) {
      spared += (before[at]?.source === to.source ? -1 : 1) * to.glyphs.length;
      continue;
    }
    most = Math.max(most, spared);
    spared = 0;
  }
  return most;
}

it('is by as many lines as spare most, of all numbers of lines there are', () => {
  let found = 0;
  fc.assert(
    fc.property(anyRows, anyRows, fc.integer({ min: -5, max: 5 }), (before, fresh, moved) => {
      const after = Array.from({ length: height }, (_, at) => before[at + moved] ?? (fresh[at] as Row));
      const all = Array.from({ length: 2 * height - 1 }, (_, index) => index + 1 - height);
      const spared = all.filter((lines) => lines !== 0).map((lines) => sparedBy(lines, before, after));
      const most = Math.max(...spared);
      const scroll = findScroll(before, after);
      const changed = after.filter((row, at) => row.source !== before[at]?.source).length;
      if (!scroll) expect(changed < 3 || most <= 60).toBe(true);
      else expect(sparedBy(scroll.lines, before, after)).toBe(most);
      if (scroll) found += 1;
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(50);
});
