import { displayWidth, wrapColumns } from './width.ts';

/** A place in a log on screen: a row of a line. Without wrapping every line has one row. */
export type LogPlace = { line: number; row: number };

/** The lines a window shows, in order: all lines of a log, or those a filter leaves. */
export type LogRowsSource = {
  /** Number that no line shown is less than. */
  readonly first: number;
  /** Number that every line shown is less than. */
  readonly count: number;
  /** The first line shown after `line`. */
  next(line: number): number | undefined;
  /** The last line shown before `line`. */
  previous(line: number): number | undefined;
  /** Rows that a line takes, at least 1. */
  rowsOf(line: number): number;
  /** Whether every line from `first` on is shown, in one row each: nothing must be walked then. */
  readonly isEveryLine?: boolean;
};

/** The rows from `place` on, `height` at most; fewer where the log ends. */
export function windowAt(source: LogRowsSource, place: LogPlace, height: number): LogPlace[] {
  const rows: LogPlace[] = [];
  if (source.isEveryLine) {
    const from = shownPlace(source, place)?.line ?? source.count;
    for (let line = from; line < source.count && rows.length < height; line++) rows.push({ line, row: 0 });
    return rows;
  }
  for (let at = shownPlace(source, place); at && rows.length < height; at = placeAfter(source, at)) {
    rows.push(at);
  }
  return rows;
}

/** The place at the top of a window whose last row is the last of the log; the first place where all rows fit. */
export function windowAtEnd(source: LogRowsSource, height: number): LogPlace {
  const last = lastPlace(source);
  return last ? walk(source, last, 1 - Math.max(1, height)) : { line: source.first, row: 0 };
}

/** The place so many rows further down, or up where negative; never beyond the first place or the last window. */
export function move(source: LogRowsSource, place: LogPlace, byRows: number, height: number): LogPlace {
  const from = shownPlace(source, place);
  const end = windowAtEnd(source, height);
  if (!from) return end;
  const to = walk(source, from, byRows);
  return isBefore(end, to) ? end : to;
}

/** Whether a window at `place` shows the last row of the log. */
export function isAtEnd(source: LogRowsSource, place: LogPlace, height: number): boolean {
  const from = shownPlace(source, place);
  return !from || !isBefore(from, windowAtEnd(source, height));
}

/** Rows that a sanitised line takes when it is wrapped at `width` columns; see {@link wrapColumns}. */
export function wrappedRows(text: string, width: number): number {
  const full = displayWidth(text);
  if (width <= 0 || full <= width) return 1;
  return full === text.length && plainAscii.test(text)
    ? Math.ceil(full / width)
    : wrapColumns(text, width).length;
}

const plainAscii = /^[\x20-\x7e]*$/;

const isBefore = (a: LogPlace, b: LogPlace) => a.line < b.line || (a.line === b.line && a.row < b.row);

/** The place itself, or the nearest there is where its line is not shown or has fewer rows by now. */
function shownPlace(source: LogRowsSource, place: LogPlace): LogPlace | undefined {
  const line = source.next(place.line - 1);
  if (line === undefined) return lastPlace(source);
  if (line !== place.line) return { line, row: 0 };
  return { line, row: Math.max(0, Math.min(place.row, source.rowsOf(line) - 1)) };
}

function lastPlace(source: LogRowsSource): LogPlace | undefined {
  const line = source.previous(source.count);
  return line === undefined ? undefined : { line, row: source.rowsOf(line) - 1 };
}

function placeAfter(source: LogRowsSource, { line, row }: LogPlace): LogPlace | undefined {
  if (row + 1 < source.rowsOf(line)) return { line, row: row + 1 };
  const next = source.next(line);
  return next === undefined ? undefined : { line: next, row: 0 };
}

/** So many rows on, a line at a time, as far as there are rows. */
function walk(source: LogRowsSource, from: LogPlace, byRows: number): LogPlace {
  if (source.isEveryLine) {
    const last = Math.max(source.first, source.count - 1);
    return { line: Math.max(source.first, Math.min(last, from.line + byRows)), row: 0 };
  }
  let { line } = from;
  let row = from.row + byRows;
  while (row < 0) {
    const previous = source.previous(line);
    if (previous === undefined) return { line, row: 0 };
    line = previous;
    row += source.rowsOf(line);
  }
  for (let rows = source.rowsOf(line); row >= rows; rows = source.rowsOf(line)) {
    const next = source.next(line);
    if (next === undefined) return { line, row: rows - 1 };
    row -= rows;
    line = next;
  }
  return { line, row };
}
