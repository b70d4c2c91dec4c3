import { composeFrame, type Regions } from '../domain/regions.ts';
import { blankRow, doubtOf, type Row, readRow } from './cells.ts';
import { createPen, type Pen } from './pen.ts';
import { applyScroll, findScroll } from './scroll.ts';
import { beginFrame, endFrame, eraseScreen, home, resetStyle } from './sequences.ts';
import { defaultStyle } from './style.ts';

export type Size = { columns: number; rows: number };

/** What the terminal shows, row by row, as far as was sent; undefined until the first picture after a change of size. */
export type Screen = { size: Size; rows: readonly Row[] } | undefined;

/**
 * A frame as rows of cells, its holes filled by the regions, cut to the terminal's size: never more rows, never a wider
 * one, so that nothing scrolls or wraps. Rows that stand on the screen already are not read again.
 */
export function readFrame(frame: string, size: Size, before?: Screen, regions: Regions = {}): Row[] {
  const known = new Map<string, Row>();
  if (before?.size.columns === size.columns) for (const row of before.rows) known.set(row.source, row);
  const rows = composeFrame(frame, size, regions).map(
    (source) => known.get(source) ?? readRow(source, size.columns),
  );
  while (rows.length < size.rows) rows.push(blankRow);
  return rows;
}

/**
 * The bytes that turn what the terminal shows into `rows`, and nothing more: scrolled where that spares much, then the
 * runs of cells that differ. Empty where nothing differs.
 */
export function drawFrame(before: Screen, rows: readonly Row[], size: Size): string {
  const pen = createPen(size.columns);
  const isKnown =
    before !== undefined && before.size.columns === size.columns && before.size.rows === size.rows;
  let shown = isKnown ? before.rows : rows.map(() => blankRow);
  const scroll = isKnown ? findScroll(shown, rows) : undefined;
  if (scroll) {
    pen.scroll(scroll.top, scroll.bottom, scroll.lines);
    shown = applyScroll(shown, scroll);
  }
  rows.forEach((row, index) => {
    const old = shown[index] ?? blankRow;
    if (old.source !== row.source) drawRow(pen, old, row, index, size.columns);
  });
  const changes = pen.finish();
  if (isKnown) return changes === '' ? '' : beginFrame + changes + endFrame;
  return beginFrame + resetStyle + home + eraseScreen + changes + endFrame;
}

/** Unchanged cells between two runs that are drawn sooner than jumped over. */
const shortestJump = 4;
/** Blanks at the end of a row that are erased sooner than drawn. */
const shortestErase = 4;

function drawRow(pen: Pen, old: Row, row: Row, index: number, columns: number): void {
  const dirty = differences(old, row, columns);
  const end = row.glyphs.length;
  const canErase = old.glyphs.length - end >= shortestErase && end < columns;
  const limit = canErase ? end : columns;
  for (let at = 0; at < limit; at++) {
    if (!dirty[at]) continue;
    let to = at + 1;
    for (let ahead = to; ahead < limit && ahead - to <= shortestJump; ahead++) {
      if (dirty[ahead]) to = ahead + 1;
    }
    while (to < limit && row.glyphs[to] === '') to++;
    pen.draw(row, index, at, to);
    at = to - 1;
  }
  if (canErase) pen.eraseRowFrom(index, end);
}

/** 1 for each column that must be drawn. */
function differences(old: Row, row: Row, columns: number): Uint8Array {
  const dirty = new Uint8Array(columns);
  for (let at = 0; at < columns; at++) {
    const isSame =
      (old.glyphs[at] ?? ' ') === (row.glyphs[at] ?? ' ') &&
      (old.styles[at] ?? defaultStyle) === (row.styles[at] ?? defaultStyle);
    if (!isSame) dirty[at] = 1;
  }
  // A change in the right half of a wide character begins with its left half.
  for (let at = columns - 1; at > 0; at--) if (dirty[at] && row.glyphs[at] === '') dirty[at - 1] = 1;
  // What a glyph of doubtful width may have covered is drawn again behind it.
  for (let at = 0; at < row.glyphs.length; at++) {
    if (!dirty[at]) continue;
    const doubt = doubtOf(row.glyphs[at] || ' ');
    if (doubt > 0) dirty.fill(1, at, at + 1 + doubt);
  }
  return dirty;
}
