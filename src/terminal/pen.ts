import { doubtOf, type Row } from './cells.ts';
import { linkTo } from './links.ts';
import { eraseToLineEnd } from './sequences.ts';
import { defaultStyle, type Style } from './style.ts';

/** Writes cells at places, remembering where the cursor stands and how it writes. Rows and columns count from 0. */
export type Pen = {
  /** Cells `from` to `to` (exclusive) of a row; `from` must not be the right half of a wide character. */
  draw(row: Row, index: number, from: number, to: number): void;
  eraseRowFrom(index: number, column: number): void;
  /** Moves the rows `top` to `bottom` (inclusive) up by `lines`, down if negative; blank rows come in. */
  scroll(top: number, bottom: number, lines: number): void;
  /** What was written; the style is the default one again. */
  finish(): string;
};

export function createPen(columns: number): Pen {
  let out = '';
  let style: Style = defaultStyle;
  // Unknown until the first move.
  let row = -1;
  let column = -1;

  const use = (wanted: Style) => {
    if (wanted === style) return;
    if (wanted.link !== style.link) out += linkTo(wanted.link);
    if (wanted.sgr !== style.sgr) {
      out +=
        wanted.sgr === '' ? '\x1b[m' : style.sgr === '' ? `\x1b[${wanted.sgr}m` : `\x1b[0;${wanted.sgr}m`;
    }
    style = wanted;
  };
  const moveTo = (toRow: number, toColumn: number) => {
    if (row === toRow && column === toColumn) return;
    if (row === toRow && toColumn > column && column >= 0) {
      const by = toColumn - column;
      out += by === 1 ? '\x1b[C' : `\x1b[${by}C`;
    } else if (row === toRow && toColumn === 0) out += '\r';
    else if (toColumn === 0) out += `\x1b[${toRow + 1}H`;
    else out += `\x1b[${toRow + 1};${toColumn + 1}H`;
    row = toRow;
    column = toColumn;
  };
  /** Where the cursor stands behind the last column, or behind a glyph of unknown width, nobody knows. */
  const advance = (by: number) => {
    column += by;
    if (column >= columns) row = -1;
  };

  return {
    draw(cells, index, from, to) {
      for (let at = from; at < to; ) {
        const glyph = cells.glyphs[at] ?? ' ';
        moveTo(index, at);
        const wanted = cells.styles[at] ?? defaultStyle;
        // A blank looks the same in most styles: no need to change for it.
        if (glyph !== ' ' || style.onBlank !== wanted) use(wanted);
        let width = 1;
        while (cells.glyphs[at + width] === '') width++;
        if (doubtOf(glyph) === 0) {
          out += glyph;
          advance(width);
        } else {
          // All of its cells are drawn blank before: the terminal may take fewer than we do.
          out += ' '.repeat(width);
          row = -1;
          moveTo(index, at);
          out += glyph;
          row = -1;
        }
        at += width;
      }
    },
    eraseRowFrom(index, from) {
      moveTo(index, from);
      use(defaultStyle);
      out += eraseToLineEnd;
    },
    scroll(top, bottom, lines) {
      use(defaultStyle);
      out += `\x1b[${top + 1};${bottom + 1}r`;
      // Line feeds and reverse indexes: the linux console knows no other way to scroll.
      out +=
        lines > 0 ? `\x1b[${bottom + 1}H${'\n'.repeat(lines)}` : `\x1b[${top + 1}H${'\x1bM'.repeat(-lines)}`;
      out += '\x1b[r';
      row = -1;
    },
    finish() {
      use(defaultStyle);
      return out;
    },
  };
}
