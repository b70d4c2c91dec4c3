import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogBuffer } from '../../src/domain/log-buffer.ts';
import { compileQuery } from '../../src/domain/log-query.ts';
import { createLogSearch } from '../../src/domain/log-search.ts';
import { plain } from '../../src/domain/sanitise.ts';
import { anyChange, anyPattern, anySize, createLogPair } from '../support/log-model.ts';

const word = fc.constantFrom(
  'a',
  'ab',
  'B',
  'Entering',
  'error',
  'ü',
  '日',
  '👍',
  '7',
  ' ',
  '.',
  '^',
  '$',
  '^$',
  'b$',
);
const anyWanted = fc.oneof(word, anyPattern);
const place = fc.oneof(
  fc.integer({ min: -80, max: 150 }),
  fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
);
const always = () => true;

/** Log lines as tools print them: most plain, some with colours or other letters. */
const textOf = (line: number): string => {
  if (line % 9_973 === 17) return `\x1b[31mLink\x1b[0ming ${line} of ünits \x1b[1mmodule${line}.o\x1b[0m`;
  if (line % 101 === 3) return `Linking ${line} of 60000: module${line}.o`;
  return `Nuitka-Scons: Compiling ${line} of 60000: module.botocore.auth.c and many more words`;
};

describe('the search in a log', () => {
  it('finds what a look at every line finds, whatever comes or goes meanwhile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyChange, fc.constantFrom('no', 'step', 'nearest', 'any')), { maxLength: 20 }),
        anySize,
        anyWanted,
        place,
        fc.nat(30),
        (changes, maxBytes, text, from, width) => {
          const { buffer, change, numbersOf } = createLogPair({ maxBytes });
          const query = compileQuery(text);
          const search = createLogSearch(buffer, query);
          for (const [one, asked] of changes) {
            change(one);
            const expected = numbersOf(query.matches);
            const after = expected.find((number) => number > from);
            const before = expected.findLast((number) => number < from);
            if (asked === 'step') search.step(() => false);
            if (asked === 'nearest') {
              expect(search.nearest(from, 1)).toBe(after);
              expect(search.nearest(from, -1)).toBe(before);
            }
            if (asked === 'any') {
              const isThere = expected.some((number) => number >= from && number < from + width);
              expect(search.isAnyIn(from, from + width)).toBe(isThere);
            }
            if (asked !== 'step' || !search.step(always)) continue;
            const { hits } = search;
            expect(hits.isComplete).toBe(true);
            expect(hits.count).toBe(expected.length);
            expect(expected.map((_, index) => hits.at(index))).toEqual(expected);
            expect([hits.at(-1), hits.at(expected.length), hits.at(Number.NaN)]).toEqual(
              new Array(3).fill(undefined),
            );
            expect(hits.indexOf(from)).toBe(expected.filter((number) => number < from).length);
            expect(hits.next(from, 1)).toBe(after);
            expect(hits.next(from, -1)).toBe(before);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('finds the same in a long log: seldom and often, plain and coloured, in any order', () => {
    const buffer = createLogBuffer();
    const texts = Array.from({ length: 60_000 }, (_, line) => textOf(line));
    buffer.append(texts.map((text, timestamp) => ({ text, timestamp })));
    expect(buffer.chunks.length).toBeGreaterThan(3);
    for (const text of [
      'Linking',
      'Compiling',
      'linking',
      '59999',
      'ünits',
      'LINK',
      '^Link.*7\\.o$',
      'o$',
      '\\s\\d+ of',
      'x*',
    ]) {
      const query = compileQuery(text);
      const expected = texts.flatMap((line, number) => (query.matches(plain(line)) ? [number] : []));
      const search = createLogSearch(buffer, query);
      expect(search.nearest(40_000, -1)).toBe(expected.findLast((number) => number < 40_000));
      expect(search.nearest(20_000, 1)).toBe(expected.find((number) => number > 20_000));
      while (!search.step(() => false)) expect(search.hits.count).toBeLessThanOrEqual(expected.length);
      expect(expected.map((_, index) => search.hits.at(index))).toEqual(expected);
    }
  });

  it('stops when told to, after at most 256 KiB, and goes on from there', () => {
    const buffer = createLogBuffer();
    buffer.append(Array.from({ length: 60_000 }, (_, line) => ({ text: textOf(line), timestamp: 0 })));
    for (const text of ['Linking', 'linking .*', '(?i:x)']) {
      const search = createLogSearch(buffer, compileQuery(text));
      let steps = 0;
      while (!search.step(() => false)) {
        steps++;
        expect(search.hits.isComplete).toBe(false);
      }
      expect(steps).toBeGreaterThanOrEqual(Math.floor(buffer.bytes / (256 * 1024)));
      expect(search.hits.isComplete).toBe(true);
      const { version } = search;
      expect(search.step(() => false)).toBe(true);
      expect(search.version).toBe(version);
    }
  });

  it('says nothing is there only where all was looked at', () => {
    const buffer = createLogBuffer();
    buffer.append(Array.from({ length: 30_000 }, (_, line) => ({ text: textOf(line), timestamp: 0 })));
    const search = createLogSearch(buffer, compileQuery('29999 of'));
    let asked = 0;
    while (search.nearest(-1, 1, () => false) === undefined) {
      asked++;
      expect(search.hits.isComplete).toBe(false);
    }
    expect(asked).toBeGreaterThan(10);
    expect(search.nearest(-1, 1)).toBe(29_999);
  });

  it('takes time in proportion to the log, whatever the log holds', () => {
    // Would not end within any patience if matches were tried again from every place of the whole text.
    const buffer = createLogBuffer();
    const lines = ['Linking '.repeat(50), 'a'.repeat(1_000), `\x1b[1m${'a '.repeat(500)}`];
    buffer.append(
      Array.from({ length: 3_000 }, (_, line) => ({ text: lines[line % 3] ?? '', timestamp: 0 })),
    );
    for (const text of ['Linking .*module[0-9]+7\\.o', '[^x]*xy', 'a\\s*b', '\\W+z', 'a+$b']) {
      const search = createLogSearch(buffer, compileQuery(text));
      search.step(always);
      expect(search.hits.count).toBe(0);
    }
  });
});
