import stringWidth from 'string-width';
import { graphemesOf } from './graphemes.ts';

const sgr = /\x1b\[[0-9;:]*m/y;
const allSgr = /\x1b\[[0-9;:]*m/g;

/**
 * Text of characters that take one column each and never combine: Latin, and the signs and lines the screens are drawn
 * with. Anything else is measured character by character, which takes a hundred times as long.
 */
const narrow =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2193\u23ce\u2500-\u25a9\u25ba-\u25bf\u25c6-\u25f7\u2713\u2717]*$/;

/** Whether every character of the text takes one column. */
export const isNarrow = (text: string) => narrow.test(text);

/** Columns a sanitised text takes on a terminal; its colours take none. */
export function displayWidth(text: string): number {
  const bare = text.includes('\x1b') ? text.replace(allSgr, '') : text;
  return narrow.test(bare) ? bare.length : stringWidth(bare);
}

/** A piece of a line that cannot be divided: a character with all that combines with it, or a colour (width 0). */
export type Piece = { text: string; width: number; isColor: boolean };

/** The pieces of a sanitised line, in order. */
export function* piecesOf(text: string): Generator<Piece> {
  let at = 0;
  while (at < text.length) {
    if (text[at] === '\x1b') {
      sgr.lastIndex = at;
      const color = sgr.exec(text)?.[0];
      if (color) {
        yield { text: color, width: 0, isColor: true };
        at += color.length;
        continue;
      }
    }
    const next = text.indexOf('\x1b', at + 1);
    const end = next === -1 ? text.length : next;
    const run = text.slice(at, end);
    if (!narrow.test(run)) {
      for (const { segment } of graphemesOf(run)) {
        yield { text: segment, width: stringWidth(segment), isColor: false };
      }
    } else {
      for (const character of run) yield { text: character, width: 1, isColor: false };
    }
    at = end;
  }
}

/**
 * Columns `from` to `to` (exclusive) of a sanitised line. Colours begun before `from` are kept, and so is all that
 * closes them; a wide character that lies half inside is replaced by a blank.
 */
export function sliceColumns(text: string, from: number, to: number = Number.POSITIVE_INFINITY): string {
  if (narrow.test(text)) return text.slice(from, to);
  let out = '';
  let column = 0;
  for (const { text: piece, width, isColor } of piecesOf(text)) {
    const end = column + width;
    if (isColor) out += piece;
    else if (column >= from && end <= to && (column < to || width > 0)) out += piece;
    else out += ' '.repeat(Math.max(0, Math.min(end, to) - Math.max(column, from)));
    column = end;
  }
  return out;
}

/** At most `width` columns of a sanitised line; a longer one ends in `mark` (`…` for text, `›` for log lines). */
export function truncate(text: string, width: number, mark = '…'): string {
  if (width <= 0) return '';
  if (displayWidth(text) <= width) return text;
  const markWidth = displayWidth(mark);
  if (markWidth >= width) return sliceColumns(mark, 0, width);
  return sliceColumns(text, 0, width - markWidth) + mark;
}

/** Exactly `width` columns, blanks behind; a longer text is truncated. */
export function padEnd(text: string, width: number, mark = '…'): string {
  const cut = truncate(text, width, mark);
  return cut + ' '.repeat(Math.max(0, width - displayWidth(cut)));
}

/** Exactly `width` columns, blanks before; a longer text is truncated. */
export function padStart(text: string, width: number, mark = '…'): string {
  const cut = truncate(text, width, mark);
  return ' '.repeat(Math.max(0, width - displayWidth(cut))) + cut;
}

/** Breaks a sanitised line into rows of at most `width` columns, inside words; each row closes and reopens nothing. */
export function wrapColumns(text: string, width: number): string[] {
  if (width <= 0 || displayWidth(text) <= width) return [text];
  const rows: string[] = [];
  let row = '';
  let used = 0;
  for (const piece of piecesOf(text)) {
    if (used + piece.width > width) {
      rows.push(row);
      row = '';
      used = 0;
    }
    row += piece.text;
    used += piece.width;
  }
  rows.push(row);
  return rows;
}
