import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeNameColumns, treeRowSpans } from '../../src/components/tree-row.ts';
import { formatOf } from '../../src/domain/binary-format.ts';
import { packageTree, treeRows } from '../../src/domain/package-tree.ts';
import { spansWidth } from '../../src/ui/text.ts';

const bytes = Buffer.from('text');
const file = (path: string) => {
  return { path, size: bytes.length, mode: 0o644, origin: 'o', sha256: 'ab', format: formatOf(bytes) };
};

const rowsOf = (paths: readonly string[]) => treeRows(packageTree(paths.map(file)), 'package', true);

describe('a row of a package’s tree', () => {
  it('stands in its columns at 80 and 200, however long its name is', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'ä', '漢', '-'), minLength: 1, maxLength: 90 });
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(80, 200),
        (names, width) => {
          const rows = rowsOf([...new Set(names)].map((name) => `certs/${name}`));
          const columns = treeNameColumns(rows, width);
          for (const row of rows.filter(({ kind }) => kind === 'file')) {
            expect(spansWidth(treeRowSpans(row, columns, width))).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });

  it('keeps a beginning of its name below forty folders', () => {
    const rows = rowsOf([`${'d/'.repeat(40)}name-of-a-file`]);
    const last = rows.at(-1);
    const spans = last ? treeRowSpans(last, treeNameColumns(rows, 80), 80) : [];
    expect(JSON.stringify(spans)).toContain('name-of-a-f');
  });
});
