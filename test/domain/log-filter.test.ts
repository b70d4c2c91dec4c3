import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogFilter } from '../../src/domain/log-filter.ts';
import { compileQuery } from '../../src/domain/log-query.ts';
import { createLogSearch, type LogSearch } from '../../src/domain/log-search.ts';
import { anyChange, anySize, createLogPair, type LogPair } from '../support/log-model.ts';

const wanted = fc.constantFrom('a', 'ab', 'B7', '^b', 'error', 'Entering', '^$', 'nowhere');
const place = fc.integer({ min: -80, max: 150 });

/** The lines shown, by a look at all of them. */
function shownLines(pair: LogPair, hits: readonly number[], context: number): number[] {
  return pair
    .held()
    .map((line) => line.number)
    .filter((number) => hits.some((hit) => Math.abs(hit - number) <= context));
}

describe('the filter of a log', () => {
  it('shows the lines that match and those around them, while the log changes at both ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyChange, fc.boolean()), { maxLength: 16 }),
        anySize,
        wanted,
        fc.nat(4),
        place,
        (changes, maxBytes, text, context, from) => {
          const pair = createLogPair({ maxBytes });
          const query = compileQuery(text);
          const search = createLogSearch(pair.buffer, query);
          const filter = createLogFilter(search, pair.buffer, { context });
          for (const [one, isAsked] of changes) {
            pair.change(one);
            if (!isAsked) continue;
            search.step(() => true);
            const shown = shownLines(pair, pair.numbersOf(query.matches), context);
            expect(filter.count).toBe(shown.length);
            expect(shown.map((_, index) => filter.lineAt(index))).toEqual(shown);
            expect([filter.lineAt(-1), filter.lineAt(shown.length)]).toEqual([undefined, undefined]);
            for (let line = from; line < from + 20; line++) {
              expect(filter.indexOf(line)).toBe(shown.filter((number) => number < line).length);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('knows the lines around a place without having looked at all', () => {
    fc.assert(
      fc.property(
        fc.array(anyChange, { maxLength: 16 }),
        anySize,
        wanted,
        fc.nat(4),
        place,
        fc.nat(12),
        (changes, maxBytes, text, context, from, height) => {
          const pair = createLogPair({ maxBytes });
          for (const change of changes) pair.change(change);
          const query = compileQuery(text);
          const fresh = () => createLogFilter(createLogSearch(pair.buffer, query), pair.buffer, { context });
          const hits = pair.numbersOf(query.matches);
          const shown = shownLines(pair, hits, context);
          const below = shown.filter((number) => number >= from).slice(0, height);
          const room = height - below.length;
          const above = room > 0 ? shown.filter((number) => number < from).slice(-room) : [];
          expect(fresh().around(from, height)).toEqual([...above, ...below]);
          expect(fresh().next(from)).toBe(shown.find((number) => number > from));
          expect(fresh().previous(from)).toBe(shown.findLast((number) => number < from));
          const filter = fresh();
          for (const { number } of pair.held()) {
            expect(filter.isHit(number)).toBe(hits.includes(number));
            const isCut = number > pair.buffer.first && !shown.includes(number - 1);
            expect(filter.startsGroup(number)).toBe(context > 0 && shown.includes(number) && isCut);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('shows more or less context, and the first screen, without looking again', () => {
    const pair = createLogPair({ maxBytes: 100_000_000 });
    const lines = Array.from({ length: 100_000 }, (_, line) => ({
      text: line % 100 === 0 ? 'wanted' : 'something else that is printed in between',
      timestamp: 0,
    }));
    pair.buffer.append(lines);
    let looked = 0;
    const query = compileQuery('wanted');
    const search: LogSearch = createLogSearch(pair.buffer, {
      matches: query.matches,
      inText: query.inText,
      isCoarse: true,
    });
    const counted = createLogSearch(pair.buffer, {
      ...query,
      word: undefined,
      isCoarse: true,
      matches: (line) => {
        looked++;
        return query.matches(line);
      },
    });
    expect(createLogFilter(counted, pair.buffer, { context: 1 }).around(50_000, 30)).toHaveLength(30);
    expect(looked).toBeLessThan(400);
    search.step(() => true);
    counted.step(() => true);
    const all = looked;
    for (const context of [0, 1, 2, 1]) {
      const filter = createLogFilter(counted, pair.buffer, { context });
      expect(filter.count).toBe(1_000 * (1 + 2 * context) - context);
      expect(filter.lineAt(filter.indexOf(50_000))).toBe(50_000);
    }
    expect(looked).toBe(all);
  });
});
