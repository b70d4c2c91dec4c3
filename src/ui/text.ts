import { withoutLeadingMarks } from '../domain/sanitise.ts';
import { displayWidth, padEnd, padStart, piecesOf, sliceColumns, truncate } from '../domain/width.ts';
import type { Theme, Tone } from './theme.ts';

/** A piece of a line: text as it is, or with a tone, and where it leads to. */
export type Span = string | { text: string; tone: Tone; link?: string };

export const span = (tone: Tone, text: string): Span => ({ text, tone });

const textOf = (piece: Span) => (typeof piece === 'string' ? piece : piece.text);

export const spansWidth = (spans: readonly Span[]) =>
  spans.reduce((sum, piece) => sum + displayWidth(textOf(piece)), 0);

/** A text in exactly `width` columns: cut or filled up. */
export function fitTo(text: string, width: number, align: 'left' | 'right' = 'left', ellipsis = '…'): string {
  return align === 'left' ? padEnd(text, width, ellipsis) : padStart(text, width, ellipsis);
}

/** Spans cut to `width` columns; `ellipsis` ends what was cut. */
export function cutSpans(spans: readonly Span[], width: number, ellipsis: string): Span[] {
  if (spansWidth(spans) <= width) return [...spans];
  const kept: Span[] = [];
  let left = width;
  for (const piece of spans) {
    const text = textOf(piece);
    const columns = displayWidth(text);
    // What follows does not fit as a whole: the last piece kept gives a column to the ellipsis.
    if (columns < left) {
      kept.push(piece);
      left -= columns;
      continue;
    }
    const shortened = truncate(columns === left ? `${text} ` : text, left, ellipsis);
    kept.push(typeof piece === 'string' ? shortened : { ...piece, text: shortened });
    break;
  }
  return kept;
}

/** Spans as a string with the theme's colours and in the theme's characters. */
export function paintSpans(spans: readonly Span[], theme: Theme): string {
  return spans
    .map((piece) =>
      typeof piece === 'string'
        ? drawable(piece, theme)
        : linked(theme.paint(piece.tone, drawable(piece.text, theme)), piece.link),
    )
    .join('');
}

/** OSC 8; the device leaves it out where the terminal does not have it, or the address is none of ours. */
const linked = (text: string, link: string | undefined) =>
  link === undefined ? text : `\x1b]8;;${link}\x07${text}\x1b]8;;\x07`;

const asciiFor: Readonly<Record<string, string>> = {
  '·': '.',
  '×': 'x',
  '↑': '^',
  '…': '.',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '├': '|',
  '└': '`',
  '│': '|',
  '─': '-',
};

/** A text in characters that the terminal can draw, as wide as before; colours are kept. */
export function drawable(text: string, theme: Pick<Theme, 'unicode'>): string {
  if (theme.unicode) return withoutLeadingMarks(text);
  return text.replace(/[^\x00-\x7f]+/g, (strange) =>
    [...piecesOf(strange)].map((piece) => asciiFor[piece.text] ?? '?'.repeat(piece.width)).join(''),
  );
}

/** `width` columns of a log line from `from` on; `more` stands in the last column where text follows. */
export function window(line: string, from: number, width: number, more: string): string {
  const rest = from === 0 ? line : sliceColumns(line, from);
  return truncate(rest, width, more);
}
