import { formatBytes } from '../domain/format.ts';
import type { TreeRow } from '../domain/package-tree.ts';
import { displayWidth } from '../domain/width.ts';
import { fitTo, type Span, span } from '../ui/text.ts';

const indent = 2;
const sizeColumns = 9;
const kindColumns = 18;
const shortestName = 12;
/** A screen this wide shows where each file comes from, too. */
const wideColumns = 110;

/** Columns of the names, stems included, so that sizes and kinds fit beside them. */
export function treeNameColumns(rows: readonly TreeRow[], width: number): number {
  const widest = Math.max(0, ...rows.map(({ stem, name }) => displayWidth(stem + name)));
  return Math.min(widest, width - indent - sizeColumns - 2 - kindColumns - 1);
}

/** A row of a package's tree. */
export function treeRowSpans(row: TreeRow, nameColumns: number, width: number): Span[] {
  // Deep below many folders the name wins over the columns beside it.
  const room = Math.max(shortestName, nameColumns - displayWidth(row.stem));
  const stem = span('muted', `${' '.repeat(indent)}${row.stem}`);
  if (row.kind === 'folder') return [stem, row.name];
  const { size, kind, origin } = row.file;
  return [
    stem,
    fitTo(row.name, room),
    fitTo(formatBytes(size), sizeColumns, 'right'),
    '  ',
    span(size === 0 ? 'bad' : 'accent', fitTo(kind, kindColumns)),
    ...(width >= wideColumns ? [span('muted', `  ${origin}`)] : []),
  ];
}
