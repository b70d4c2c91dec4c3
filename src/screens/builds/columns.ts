import { barSpans } from '../../components/bar.ts';
import type { Cell, Column } from '../../components/columns.ts';
import type { BuildRow } from '../../state/select-builds.ts';
import { statusSign, type Theme } from '../../ui/theme.ts';

/** Width of the bar in a row of a wide terminal. */
export const rowBarWidth = 20;

type BuildColumn = Column & { cell: (row: BuildRow, theme: Theme) => Cell };

const orDash = (text: string | undefined, theme: Theme): Cell =>
  text ?? { text: theme.glyphs.dash, tone: 'muted' };

const base: readonly BuildColumn[] = [
  {
    title: 'BUILD',
    width: 8,
    cell: (row) => (row.isSelected ? { text: row.short, tone: 'title' } : row.short),
  },
  {
    title: 'STATUS',
    width: 13,
    cell: (row, theme) => {
      const { sign, tone } = statusSign(theme, row.status);
      return { text: `${sign} ${row.statusWord}`, tone };
    },
  },
  { title: 'STARTED', width: 9, cell: (row, theme) => orDash(row.started, theme) },
  { title: 'TIME', width: 7, align: 'right', cell: (row, theme) => orDash(row.time, theme) },
  { title: 'PHASE', width: 10, cell: (row, theme) => orDash(row.phase, theme) },
  { title: 'TARGET', width: 11, gap: 1, cell: (row) => row.target },
  { title: 'COST', width: 6, align: 'right', cell: (row, theme) => orDash(row.cost, theme) },
];

/** What comes back as the terminal widens, in this order, and the width from which on. */
const extras: readonly { from: number; column: BuildColumn }[] = [
  {
    from: 100,
    column: { title: 'BY', width: 14, cell: (row, theme) => orDash(row.initiator, theme) },
  },
  {
    from: 110,
    column: { title: 'NO', width: 6, align: 'right', cell: (row, theme) => orDash(row.number, theme) },
  },
  { from: 145, column: { title: 'PROJECT', width: 34, cell: (row) => row.project } },
  {
    from: 170,
    column: { title: 'OF USUAL', width: rowBarWidth, cell: () => '' },
  },
];

/** The columns that fit the terminal's width. */
export function columnsFor(width: number): BuildColumn[] {
  return [...base, ...extras.filter((extra) => width >= extra.from).map((extra) => extra.column)];
}

export const hasBar = (width: number) => width >= 170;

/** The bar of a running build's row; nothing where the usual time is not known. */
export function rowBar(row: BuildRow, theme: Theme) {
  return row.progress === undefined ? [] : ['  ', ...barSpans(theme, row.progress, rowBarWidth)];
}
