import { blankRow, type Row } from './cells.ts';

/** Rows `top` to `bottom` (inclusive) of the screen move up by `lines`, down where negative. */
export type Scroll = { top: number; bottom: number; lines: number };

/** Fewer characters than this are sent anew sooner than scrolled. */
const worthwhile = 60;
/** Nothing was scrolled where fewer rows than this changed. */
const fewestRows = 3;

/** The one scroll that spares most of the drawing; undefined where none is worth it. */
export function findScroll(before: readonly Row[], after: readonly Row[]): Scroll | undefined {
  const changed = after.reduce((count, row, at) => count + (row.source === before[at]?.source ? 0 : 1), 0);
  if (changed < fewestRows) return undefined;
  let best: Scroll | undefined;
  let most = worthwhile;
  for (const lines of shiftsBetween(before, after)) {
    let spared = 0;
    let first = -1;
    for (let row = 0; row <= after.length; row++) {
      const from = before[row + lines];
      const to = after[row];
      if (from && to && from.source === to.source) {
        if (first < 0) first = row;
        // A row that stands there already spares nothing; one that is scrolled away must come back.
        if (before[row]?.source !== to.source) spared += to.glyphs.length;
        else spared -= to.glyphs.length;
        continue;
      }
      if (first >= 0 && spared > most) {
        most = spared;
        best = {
          top: Math.min(first, first + lines),
          bottom: Math.max(row - 1, row - 1 + lines),
          lines,
        };
      }
      first = -1;
      spared = 0;
    }
  }
  return best;
}

/** By how many lines any row that changed may have moved up, ascending: no other scroll spares anything. */
function shiftsBetween(before: readonly Row[], after: readonly Row[]): number[] {
  const places = new Map<string, number[]>();
  before.forEach(({ source }, at) => {
    const known = places.get(source);
    if (known) known.push(at);
    else places.set(source, [at]);
  });
  const shifts = new Set<number>();
  after.forEach(({ source, glyphs }, at) => {
    if (glyphs.length === 0 || source === before[at]?.source) return;
    for (const place of places.get(source) ?? []) shifts.add(place - at);
  });
  return [...shifts].sort((a, b) => a - b);
}

/** What stands on the screen after a scroll. */
export function applyScroll(rows: readonly Row[], { top, bottom, lines }: Scroll): Row[] {
  return rows.map((row, index) => {
    if (index < top || index > bottom) return row;
    const from = index + lines;
    return from < top || from > bottom ? blankRow : (rows[from] ?? blankRow);
  });
}
