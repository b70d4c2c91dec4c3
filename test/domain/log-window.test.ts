import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isAtEnd,
  type LogPlace,
  type LogRowsSource,
  move,
  windowAt,
  windowAtEnd,
  wrappedRows,
} from '../../src/domain/log-window.ts';
import { wrapColumns } from '../../src/domain/width.ts';
import { anyText } from '../support/log-model.ts';

/** Lines shown, with the rows of each. */
const anyShown = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -20, max: 40 }), fc.integer({ min: 1, max: 5 })), {
    selector: ([line]) => line,
    maxLength: 20,
  })
  .map((lines) => new Map(lines.sort(([a], [b]) => a - b)));
const anyPlace = fc.record({ line: fc.integer({ min: -25, max: 45 }), row: fc.nat(6) });

function sourceOf(shown: ReadonlyMap<number, number>): LogRowsSource {
  const lines = [...shown.keys()];
  return {
    first: -20,
    count: 41,
    next: (line) => lines.find((number) => number > line),
    previous: (line) => lines.findLast((number) => number < line),
    rowsOf: (line) => shown.get(line) ?? 1,
  };
}

/** Every row there is. */
const allRows = (shown: ReadonlyMap<number, number>): LogPlace[] =>
  [...shown].flatMap(([line, rows]) => Array.from({ length: rows }, (_, row) => ({ line, row })));

/** Index of the row that a place means: the place, or else the nearest there is. */
function rowAt(shown: ReadonlyMap<number, number>, rows: readonly LogPlace[], place: LogPlace): number {
  const line = [...shown.keys()].find((number) => number >= place.line);
  if (line === undefined) return rows.length - 1;
  const row = line === place.line ? Math.min(place.row, (shown.get(line) ?? 1) - 1) : 0;
  return rows.findIndex((one) => one.line === line && one.row === row);
}

describe('a window on a log', () => {
  it('is what a list of all rows shows, wherever it is moved', () => {
    fc.assert(
      fc.property(
        anyShown,
        anyPlace,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: -40, max: 40 }),
        (shown, place, height, by) => {
          const source = sourceOf(shown);
          const rows = allRows(shown);
          const at = rowAt(shown, rows, place);
          const end = Math.max(0, rows.length - height);
          expect(windowAt(source, place, height)).toEqual(
            rows.length === 0 ? [] : rows.slice(at, at + height),
          );
          expect(windowAtEnd(source, height)).toEqual(rows[end] ?? { line: -20, row: 0 });
          expect(isAtEnd(source, place, height)).toBe(rows.length === 0 || at >= end);
          const to = Math.max(0, Math.min(at + by, end));
          expect(move(source, place, by, height)).toEqual(rows[to] ?? { line: -20, row: 0 });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('is the same where every line is shown in one row, which nothing is walked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -20, max: 5 }),
        fc.nat(30),
        anyPlace,
        fc.integer({ min: -60, max: 60 }),
        fc.integer({ min: 1, max: 12 }),
        (first, lines, place, by, height) => {
          const count = first + lines;
          const within = (line: number) => (line >= first && line < count ? line : undefined);
          const walked: LogRowsSource = {
            first,
            count,
            next: (line) => within(Math.max(line + 1, first)),
            previous: (line) => within(Math.min(line, count) - 1),
            rowsOf: () => 1,
          };
          const known: LogRowsSource = { ...walked, isEveryLine: true };
          expect(windowAt(known, place, height)).toEqual(windowAt(walked, place, height));
          expect(windowAtEnd(known, height)).toEqual(windowAtEnd(walked, height));
          expect(move(known, place, by, height)).toEqual(move(walked, place, by, height));
          expect(isAtEnd(known, place, height)).toBe(isAtEnd(walked, place, height));
        },
      ),
    );
  });

  it('looks at no more lines than it must', () => {
    let asked = 0;
    const source: LogRowsSource = {
      first: 0,
      count: 1_000_000,
      next: (line) => {
        asked++;
        return line < 999_999 ? line + 1 : undefined;
      },
      previous: (line) => {
        asked++;
        return line > 0 ? line - 1 : undefined;
      },
      rowsOf: () => 2,
    };
    expect(windowAt(source, { line: 500_000, row: 1 }, 40)).toHaveLength(40);
    expect(move(source, { line: 500_000, row: 1 }, -41, 40)).toEqual({ line: 499_980, row: 0 });
    expect(move(source, { line: 999_990, row: 0 }, 1_000, 40)).toEqual({ line: 999_980, row: 0 });
    expect(isAtEnd(source, { line: 0, row: 0 }, 40)).toBe(false);
    expect(asked).toBeLessThan(300);
  });

  it('takes as many rows for a line as wrapping makes of it', () => {
    fc.assert(
      fc.property(anyText, fc.nat(30), (text, width) => {
        expect(wrappedRows(text, width)).toBe(wrapColumns(text, width).length);
      }),
    );
  });
});
