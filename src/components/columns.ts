import { fitTo, type Span, span } from '../ui/text.ts';
import type { Tone } from '../ui/theme.ts';

/** A column of a table: its title and its width; cells are cut to it. */
export type Column = { title: string; width: number; align?: 'left' | 'right'; gap?: number };

export type Cell = string | { text: string; tone: Tone };

const gapBefore = (column: Column, index: number) => ' '.repeat(index === 0 ? 0 : (column.gap ?? 2));

/** The line of titles. */
export function titleSpans(columns: readonly Column[], ellipsis: string): Span[] {
  return columns.map((column, index) =>
    span('muted', gapBefore(column, index) + fitTo(column.title, column.width, column.align, ellipsis)),
  );
}

/** A row, cell for cell under its title. */
export function rowSpans(columns: readonly Column[], cells: readonly Cell[], ellipsis: string): Span[] {
  return columns.flatMap((column, index) => {
    const cell = cells[index] ?? '';
    const text = typeof cell === 'string' ? cell : cell.text;
    const fitting = fitTo(text, column.width, column.align, ellipsis);
    return [gapBefore(column, index), typeof cell === 'string' ? fitting : span(cell.tone, fitting)];
  });
}
