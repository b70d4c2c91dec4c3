import { barSpans } from '../../components/bar.ts';
import { rowSpans, titleSpans } from '../../components/columns.ts';
import { lineText } from '../../components/line-text.ts';
import type { RegionPainter, Regions } from '../../domain/regions.ts';
import { type BuildRow, selectBuildRows } from '../../state/select-builds.ts';
import { span } from '../../ui/text.ts';
import type { Theme } from '../../ui/theme.ts';
import type { AppSource } from '../../ui/use-app-state.ts';
import { columnsFor, hasBar, rowBar } from './columns.ts';

/** The list of builds, drawn from the state without rendering the screen: its marker moves at once. */
export function buildsRegion({ get }: Pick<AppSource, 'get'>, theme: Theme): Regions {
  const builds: RegionPainter = ({ columns: width }) => {
    const titles = titleSpans(columnsFor(width), theme.glyphs.ellipsis);
    const rows = selectBuildRows(get()).flatMap((row) => rowLines(row, width, theme));
    return [lineText({ width, left: ['  ', ...titles] }, theme), ...rows];
  };
  return { builds };
}

function rowLines(row: BuildRow, width: number, theme: Theme): string[] {
  const columns = columnsFor(width);
  const cells = columns.map((column) => column.cell(row, theme));
  const marker = row.isSelected ? span('accent', `${theme.glyphs.marker} `) : '  ';
  const bar = hasBar(width) ? rowBar(row, theme) : [];
  const spans = rowSpans(bar.length > 0 ? columns.slice(0, -1) : columns, cells, theme.glyphs.ellipsis);
  const first = lineText({ width, left: [marker, ...spans, ...bar] }, theme);
  return row.second ? [first, secondLine(row.second, width, theme)] : [first];
}

const secondBarWidth = 25;

function secondLine(second: NonNullable<BuildRow['second']>, width: number, theme: Theme): string {
  if (second.kind === 'failure') {
    return lineText({ width: width - 1, left: ['    ', span('bad', second.text)] }, theme);
  }
  const bar = second.progress === undefined ? [] : [...barSpans(theme, second.progress, secondBarWidth), ' '];
  return lineText({ width, left: ['    ', ...bar, span('muted', second.text)] }, theme);
}
