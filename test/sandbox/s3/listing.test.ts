import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Entry,
  listPage,
  listVersionPage,
  rollUp,
  type VersionRow,
} from '../../../src/sandbox/s3/answer/listing.ts';
import { compareKeys } from '../../../src/sandbox/s3/storage/key-order.ts';

// Few letters, so that prefixes meet; the last ones order differently in UTF-8 and in UTF-16.
const letter = fc.constantFrom('a', 'b', '/', '.', '\u0000', 'é', '\uffee', '\u{1f600}');
const text = fc.array(letter, { maxLength: 6 }).map((letters) => letters.join(''));
const keys = fc
  .uniqueArray(
    text.filter((key) => key !== ''),
    { maxLength: 30 },
  )
  .map((list) => list.sort(byBytes));
const delimiter = fc.constantFrom('', '/', 'ab');

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The whole listing, the slow and obvious way. */
function wholeListing(all: readonly string[], prefix: string, cut: string): Entry[] {
  const entries: Entry[] = [];
  for (const key of all.filter((one) => one.startsWith(prefix))) {
    const at = cut === '' ? -1 : key.indexOf(cut, prefix.length);
    const entry: Entry =
      at === -1 ? { kind: 'key', name: key } : { kind: 'prefix', name: key.slice(0, at + cut.length) };
    const seen = entries.some((other) => other.kind === 'prefix' && other.name === entry.name);
    if (entry.kind === 'key' || !seen) entries.push(entry);
  }
  return entries;
}

describe('key order', () => {
  it('is that of the bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(byBytes(a, b)));
      }),
    );
  });
});

describe('listing', () => {
  it('gives everything once and in order, whatever the page size', () => {
    fc.assert(
      fc.property(keys, text, delimiter, fc.integer({ min: 1, max: 5 }), (all, prefix, cut, limit) => {
        const listed: Entry[] = [];
        let after: string | undefined;
        for (;;) {
          const page = listPage(all, { prefix, delimiter: cut, after, limit });
          expect(page.entries.length).toBeLessThanOrEqual(limit);
          listed.push(...page.entries);
          if (!page.truncated) break;
          expect(page.entries).toHaveLength(limit);
          after = page.entries.at(-1)?.name;
        }
        expect(listed).toEqual(wholeListing(all, prefix, cut));
      }),
    );
  });

  it('begins behind any name, a key or not', () => {
    fc.assert(
      fc.property(keys, text, text, (all, prefix, after) => {
        const { entries } = listPage(all, { prefix, delimiter: '', after, limit: 1000 });
        const expected = all.filter((key) => key.startsWith(prefix) && byBytes(key, after) > 0);
        expect(entries.map(({ name }) => name)).toEqual(expected);
      }),
    );
  });

  it('does not show a prefix below which all is hidden', () => {
    fc.assert(
      fc.property(keys, fc.func(fc.boolean()), delimiter, (all, visible, cut) => {
        const { entries } = listPage(
          all,
          { prefix: '', delimiter: cut, after: undefined, limit: 1000 },
          visible,
        );
        expect(entries).toEqual(
          wholeListing(
            all.filter((key) => visible(key)),
            '',
            cut,
          ),
        );
      }),
    );
  });

  it('of nothing at most is empty and not truncated', () => {
    expect(listPage(['a'], { prefix: '', delimiter: '', after: undefined, limit: 0 })).toEqual({
      entries: [],
      truncated: false,
    });
  });

  it('rolls keys up to the first delimiter behind the prefix', () => {
    expect(rollUp('a/b/c', 'a/', '/')).toBe('a/b/');
    expect(rollUp('a/b', 'a/', '/')).toBeUndefined();
    expect(rollUp('a', '', '')).toBeUndefined();
  });
});

describe('listing of versions', () => {
  it('gives every version once, newest first within its key, whatever the page size', () => {
    const counted = fc.tuple(keys, fc.func(fc.integer({ min: 1, max: 4 })));
    fc.assert(
      fc.property(counted, delimiter, fc.integer({ min: 1, max: 5 }), ([all, count], cut, limit) => {
        const versionsOf = (key: string) =>
          Array.from({ length: count(key) }, (_, at) => ({ versionId: `${key} ${at}` }));
        const listed: VersionRow<{ versionId: string }>[] = [];
        let after: string | undefined;
        let versionAfter: string | undefined;
        for (;;) {
          const page = listVersionPage(all, versionsOf, {
            prefix: '',
            delimiter: cut,
            after,
            versionAfter,
            limit,
          });
          listed.push(...page.rows);
          const last = page.rows.at(-1);
          if (!page.truncated || !last) break;
          after = last.kind === 'prefix' ? last.name : last.key;
          versionAfter = last.kind === 'prefix' ? undefined : last.version.versionId;
        }
        const expected = wholeListing(all, '', cut).flatMap((entry) =>
          entry.kind === 'prefix' ? [entry.name] : versionsOf(entry.name).map(({ versionId }) => versionId),
        );
        expect(listed.map((row) => (row.kind === 'prefix' ? row.name : row.version.versionId))).toEqual(
          expected,
        );
      }),
    );
  });
});
