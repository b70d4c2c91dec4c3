import { type Figure, isMet } from './row.ts';

/** As JSON, one entry a figure; `value` is null and `met` false where it was not measured. */
export function asJson(figures: readonly Figure[]): string {
  const entries = figures.map((figure) => ({
    name: figure.name,
    value:
      figure.value === undefined || Number.isNaN(figure.value) ? null : Number(figure.value.toPrecision(4)),
    goal: goalOf(figure),
    peer: figure.peer,
    met: isMet(figure),
  }));
  return `${JSON.stringify(entries, undefined, 2)}\n`;
}

const heads = ['row', 'figure', 'goal', 'peer or floor', 'met', 'what'] as const;

/** As a table for a terminal. */
export function asTable(figures: readonly Figure[]): string {
  const rows = [[...heads], ...figures.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .concat('')
    .join('\n');
}

/** As a table of a Markdown document. */
export function asMarkdown(figures: readonly Figure[]): string {
  const lines = [[...heads], heads.map(() => '---'), ...figures.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function cellsOf(figure: Figure): string[] {
  const { value, unit } = figure;
  const isMeasured = value !== undefined && !Number.isNaN(value);
  const shown = isMeasured ? number(value, unit) : 'not measured';
  const met = !isMeasured ? 'not measured' : isMet(figure) ? 'yes' : 'NO';
  return [figure.name, shown, goalOf(figure), figure.peer, met, figure.what];
}

function goalOf({ goal, unit }: Figure): string {
  return 'atMost' in goal ? `≤ ${number(goal.atMost, unit)}` : `≥ ${number(goal.atLeast, unit)}`;
}

function number(value: number, unit: Figure['unit']): string {
  const shown =
    value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(value < 1 ? 2 : 4)));
  return unit === '' ? shown : `${shown} ${unit}`;
}
