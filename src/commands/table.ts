import { plain } from '../domain/sanitise.ts';
import { displayWidth } from '../domain/width.ts';
import type { Io } from './context.ts';

const frameWidth = 3; // one rule and two blanks a column

/**
 * Rows as a printed table. Where the terminal is too narrow, columns are left out from the right rather than wrapped;
 * a pipe or a file gets all of them, as {@link separatedText}.
 */
export async function tableText(rows: Record<string, string>[], io: Io): Promise<string> {
  if (io.columns === undefined) return separatedText(rows);
  const { printTable } = await import('../components/printed-table.tsx');
  const kept = columnsThatFit(rows, io.columns);
  const cut = rows.map((row) => Object.fromEntries(kept.map((column) => [column, row[column] ?? ''])));
  let text = printTable(cut, tableWidth(rows, kept));
  if (!io.color) text = text.split('\n').map(plain).join('\n');
  if (!io.unicode) text = asciiFrame(text);
  return `${text}\n`;
}

/** For `cut` and its like: the headings, then each row on a line, cells whole, without frame or padding, a tab between. */
function separatedText(rows: Record<string, string>[]): string {
  const headings = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => headings.map((heading) => row[heading] ?? ''));
  return [headings, ...lines].map((cells) => `${cells.join('\t')}\n`).join('');
}

/** The columns of a framed table that fit into a terminal of this width: the first at least, none cut. */
export function columnsThatFit(rows: Record<string, string>[], columns: number): string[] {
  const kept = Object.keys(rows[0] ?? {});
  while (kept.length > 1 && tableWidth(rows, kept) > columns) kept.pop();
  return kept;
}

function tableWidth(rows: Record<string, string>[], columns: string[]): number {
  const widest = (column: string) =>
    Math.max(displayWidth(column), ...rows.map((row) => displayWidth(row[column] ?? '')));
  return columns.reduce((sum, column) => sum + widest(column) + frameWidth, 1);
}

const asciiOf: Record<string, string> = { '─': '-', '│': '|' };

/** The frame's line drawing characters as `+-|`. */
const asciiFrame = (text: string) => text.replace(/[\u2500-\u257f]/g, (glyph) => asciiOf[glyph] ?? '+');
