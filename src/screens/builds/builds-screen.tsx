import { barSpans } from '../../components/bar.ts';
import { rowSpans, titleSpans } from '../../components/columns.ts';
import { Line } from '../../components/line.tsx';
import { shownBuilds } from '../../state/builds-list.ts';
import { type BuildRow, selectBuildRows } from '../../state/select-builds.ts';
import { span } from '../../ui/text.ts';
import { useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';
import { columnsFor, hasBar, rowBar } from './columns.ts';
import { emptyText } from './empty.ts';

/** The builds of all projects, newest first. */
export function BuildsScreen() {
  const state = useAppState();
  const { ellipsis } = useTheme().glyphs;
  const width = state.size.columns;
  if (shownBuilds(state.builds).length === 0) return <Empty lines={emptyText(state)} width={width} />;
  return (
    <>
      <Line width={width} left={['  ', ...titleSpans(columnsFor(width), ellipsis)]} />
      {selectBuildRows(state).map((row) => (
        <Row key={row.id} row={row} width={width} />
      ))}
    </>
  );
}

function Empty({ lines, width }: { lines: readonly string[]; width: number }) {
  return (
    <>
      <Line width={width} />
      {lines.map((line) => (
        <Line key={line} width={width} left={[`  ${line}`]} />
      ))}
    </>
  );
}

function Row({ row, width }: { row: BuildRow; width: number }) {
  const theme = useTheme();
  const columns = columnsFor(width);
  const cells = columns.map((column) => column.cell(row, theme));
  const marker = row.isSelected ? span('accent', `${theme.glyphs.marker} `) : '  ';
  const bar = hasBar(width) ? rowBar(row, theme) : [];
  const spans = rowSpans(bar.length > 0 ? columns.slice(0, -1) : columns, cells, theme.glyphs.ellipsis);
  return (
    <>
      <Line width={width} left={[marker, ...spans, ...bar]} />
      {row.second ? <SecondLine second={row.second} width={width} /> : undefined}
    </>
  );
}

const secondBarWidth = 25;

function SecondLine({ second, width }: { second: NonNullable<BuildRow['second']>; width: number }) {
  const theme = useTheme();
  if (second.kind === 'failure') return <Line width={width - 1} left={['    ', span('bad', second.text)]} />;
  const bar = second.progress === undefined ? [] : [...barSpans(theme, second.progress, secondBarWidth), ' '];
  return <Line width={width} left={['    ', ...bar, span('muted', second.text)]} />;
}
