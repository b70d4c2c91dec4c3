import { displayWidth, sliceColumns } from '../domain/width.ts';
import { beginFrame, endFrame, eraseScreen, eraseToLineEnd, home, resetStyle, toRow } from './sequences.ts';

export type Size = { columns: number; rows: number };

/** What the terminal shows, row by row, as far as was sent; undefined until the first picture after a change of size. */
export type Screen = { size: Size; rows: readonly string[] } | undefined;

/** A frame cut to the terminal's size: never more rows, never a wider one, so that nothing scrolls or wraps. */
export function fitFrame(frame: string, size: Size): string[] {
  const rows = frame.split('\n').slice(0, size.rows);
  while (rows.length < size.rows) rows.push('');
  return rows.map((row) => (displayWidth(row) > size.columns ? sliceColumns(row, 0, size.columns) : row));
}

/**
 * The bytes that turn what the terminal shows into `rows`, and nothing more: rows that differ, each from its first
 * differing character on where the styles before it allow. Empty where nothing differs.
 */
export function drawFrame(before: Screen, rows: readonly string[], size: Size): string {
  const isKnown =
    before !== undefined && before.size.columns === size.columns && before.size.rows === size.rows;
  let changes = '';
  rows.forEach((row, index) => {
    const old = isKnown ? (before.rows[index] ?? '') : '';
    if (row !== old) changes += drawRow(old, row, index, size.columns);
  });
  if (isKnown && changes === '') return '';
  return beginFrame + (isKnown ? '' : resetStyle + home + eraseScreen) + changes + endFrame;
}

function drawRow(old: string, row: string, index: number, columns: number): string {
  const skip = plainCommonPrefix(old, row);
  const start = skip > 0 ? `\x1b[${index + 1};${skip + 1}H` : toRow(index);
  // At the last column the cursor stays on the last cell: erasing from there would take it away again.
  const erase = displayWidth(row) < columns && displayWidth(old) > displayWidth(row) ? eraseToLineEnd : '';
  return start + resetStyle + row.slice(skip) + resetStyle + erase;
}

/** Length of the beginning both rows share, counted only while it is unstyled printable ASCII: one cell each. */
function plainCommonPrefix(old: string, row: string): number {
  const most = Math.min(old.length, row.length);
  let length = 0;
  while (length < most) {
    const code = row.charCodeAt(length);
    if (code !== old.charCodeAt(length) || code < 0x20 || code > 0x7e) break;
    length += 1;
  }
  // A combining mark or a joiner right behind belongs to the last cell of the prefix: redraw that one too.
  const next = Math.max(row.charCodeAt(length) || 0, old.charCodeAt(length) || 0);
  return next > 0x7e ? Math.max(0, length - 1) : length;
}
