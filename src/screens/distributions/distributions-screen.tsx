import { type Column, rowSpans, titleSpans } from '../../components/columns.ts';
import { Line } from '../../components/line.tsx';
import { formatBytes } from '../../domain/format.ts';
import { type PackageRow, selectPackageDetail, selectPackageRows } from '../../state/select-distributions.ts';
import type { State } from '../../state/state.ts';
import { fitTo, span } from '../../ui/text.ts';
import { type Tone, useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';

const tones: Record<PackageRow['state'], Tone> = {
  valid: 'good',
  expiring: 'warn',
  expired: 'bad',
  revoked: 'bad',
  gone: 'muted',
  unknown: 'muted',
};

/** The packages of the bucket, each with the state of its link. */
export function DistributionsScreen() {
  const state = useAppState();
  const { glyphs } = useTheme();
  const width = state.size.columns;
  const list = state.distributions.list;
  if (!list || list.length === 0) return <Empty state={state} />;
  const columns = columnsFor(width);
  return (
    <>
      <Line width={width} left={['  ', ...titleSpans(columns, glyphs.ellipsis)]} />
      {selectPackageRows(state).map((row, index) => {
        const marker = row.isSelected ? span('accent', `${glyphs.marker} `) : '  ';
        const dash = glyphs.dash;
        const cells = [
          row.isSelected ? span('title', row.name) : row.name,
          row.made,
          formatBytes(row.size),
          (width >= wide ? row.platforms : row.systems) ?? dash,
          span(tones[row.state], row.stateWord),
          row.builds ?? dash,
          row.by ?? dash,
          row.checksum ?? dash,
        ].map((cell) => (typeof cell === 'string' ? cell : (cell as { text: string; tone: Tone })));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: keys that differ in what was cleaned away are equal
          <Line key={index} width={width} left={[marker, ...rowSpans(columns, cells, glyphs.ellipsis)]} />
        );
      })}
      <Line width={width} />
      {selectPackageDetail(state).map(({ title, text }) => (
        <Line key={title} width={width} left={[span('muted', `  ${fitTo(title, 9)}`), text]} />
      ))}
    </>
  );
}

/** From so many columns on there is room for what else is known. */
const wide = 160;

function columnsFor(width: number): Column[] {
  const columns: Column[] = [
    { title: 'PACKAGE', width: 22 },
    { title: 'MADE', width: 9, gap: 1 },
    { title: 'SIZE', width: 8, align: 'right', gap: 1 },
    { title: 'FOR', width: width >= wide ? 48 : 19 },
    { title: 'LINK', width: 15, gap: 1 },
  ];
  if (width >= wide) columns.push({ title: 'BUILDS', width: 26 }, { title: 'BY', width: 24 });
  if (width >= 232) columns.push({ title: 'SHA256', width: 64 });
  return columns;
}

function Empty({ state }: { state: State }) {
  const { list, trouble } = state.distributions;
  const lines = list
    ? ['No package was made yet.', 'd makes one of the newest good builds.']
    : [trouble ? 'The packages could not be read yet.' : 'Reading the packages…'];
  return (
    <>
      <Line width={state.size.columns} />
      {lines.map((line) => (
        <Line key={line} width={state.size.columns} left={[`  ${line}`]} />
      ))}
    </>
  );
}
