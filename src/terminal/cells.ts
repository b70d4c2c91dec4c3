import { skipSequence } from '../domain/escape-sequences.ts';
import { graphemesOf } from '../domain/graphemes.ts';
import { displayWidth, isNarrow } from '../domain/width.ts';
import { linkIn } from './links.ts';
import { changeLink, changeStyle, defaultStyle, type Style } from './style.ts';

/** A row of the screen, cell by cell, up to its last cell that is not blank. */
export type Row = {
  /** What it was read from: equal sources are equal rows. */
  readonly source: string;
  /** The character of each cell with what combines with it; '' in the right half of a wide one. */
  readonly glyphs: readonly string[];
  readonly styles: readonly Style[];
};

export const blankRow: Row = { source: '', glyphs: [], styles: [] };

const sgr = /\x1b\[([0-9;:]*)m/y;

/** Reads text with SGR and links into cells, at most `columns` of them; every other sequence and control is dropped. */
export function readRow(source: string, columns: number): Row {
  const glyphs: string[] = [];
  const styles: Style[] = [];
  let style = defaultStyle;

  const put = (glyph: string, width: number) => {
    if (width === 0 || glyphs.length >= columns) return;
    // Half of a wide character at the edge is a blank, as any terminal has it.
    const isCut = glyphs.length + width > columns;
    const look = glyph === ' ' || isCut ? style.onBlank : style;
    for (let at = 0; at < width && glyphs.length < columns; at++) {
      glyphs.push(isCut ? ' ' : at === 0 ? glyph : '');
      styles.push(look);
    }
  };

  let at = 0;
  while (at < source.length && glyphs.length < columns) {
    if (source.charCodeAt(at) === 0x1b) {
      sgr.lastIndex = at;
      const found = sgr.exec(source);
      if (found) style = changeStyle(style, found[1] ?? '');
      else {
        const link = linkIn(source, at);
        if (link !== undefined) style = changeLink(style, link);
      }
      at = skipSequence(source, at);
      continue;
    }
    const next = source.indexOf('\x1b', at);
    const run = source.slice(at, next === -1 ? source.length : next);
    if (isNarrow(run)) {
      // Nearly all text: each unit is a character of one cell.
      const end = Math.min(run.length, columns - glyphs.length);
      for (let index = 0; index < end; index++) {
        const glyph = run.charAt(index);
        glyphs.push(glyph);
        styles.push(glyph === ' ' ? style.onBlank : style);
      }
    } else {
      for (const { segment } of graphemesOf(run)) {
        if (glyphs.length >= columns) break;
        put(segment, displayWidth(segment));
      }
    }
    at += run.length;
  }
  let length = glyphs.length;
  while (length > 0 && glyphs[length - 1] === ' ' && styles[length - 1] === defaultStyle) length--;
  glyphs.length = length;
  styles.length = length;
  return { source, glyphs, styles };
}

/** Characters that every terminal gives the same width: Latin, Greek, Cyrillic, drawing, ideographs, kana, Hangul. */
const certain =
  /^(?:[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u23ce\u2500-\u25f7\u2713-\u2718][\u0300-\u036f]*|[\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e])$/;

/**
 * How many cells a terminal may take for a glyph beyond those that it should: terminals disagree on emoji, flags,
 * skin tones and some scripts. 0 where they all agree.
 */
export function doubtOf(glyph: string): number {
  if (glyph.length === 1 && glyph <= '~') return 0;
  if (certain.test(glyph)) return 0;
  return [...glyph].length * 2;
}
