import { Line } from '../../components/line.tsx';
import { treeNameColumns, treeRowSpans } from '../../components/tree-row.ts';
import { placeOf } from '../../state/bindings.ts';
import { askedHere, bodyRows } from '../../state/layout.ts';
import { pickerEntries } from '../../state/picker.ts';
import { helpIndent, type OverlayLine, selectOverlayLines } from '../../state/select-overlay.ts';
import type { State } from '../../state/state.ts';
import { keycaps } from '../../ui/key-names.ts';
import { fitTo, type Span, span } from '../../ui/text.ts';
import { type Theme, useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';
import { Asked } from './asked.tsx';
import { ShipForm } from './ship-form.tsx';

/** Whether what lies over the screen takes the whole body, not only lines at the bottom. */
export function coversBody(state: State): boolean {
  if (isAskedInList(state)) return true;
  return ['help', 'messages', 'sheet', 'picker', 'tree', 'ship-form'].includes(placeOf(state));
}

const isAskedInList = (state: State) =>
  state.route.screen === 'distributions' && askedHere(state) !== undefined;

/** Help, messages, something to read whole, or a choice, in the place of the screen. */
export function Overlay() {
  const state = useAppState();
  const theme = useTheme();
  if (isAskedInList(state)) return <Asked />;
  if (state.overlay?.kind === 'ship-form') return <ShipForm />;
  if (state.overlay?.kind === 'picker') return <Rows state={state} lines={pickerLines(state, theme)} />;
  const lines = selectOverlayLines(state);
  const top = state.overlay && 'top' in state.overlay ? state.overlay.top : 0;
  const rows = bodyRows(state);
  const width = state.size.columns;
  const nameColumns = treeNameColumns(
    lines.flatMap((line) => (line.kind === 'tree' ? [line.row] : [])),
    width,
  );
  const below = lines.length - top - rows;
  const shown = lines
    .slice(top, top + (below > 0 ? rows - 1 : rows))
    .map((line) =>
      line.kind === 'tree'
        ? treeRowSpans(line.row, nameColumns, width)
        : spansOf(line, theme, linkOf(state, line)),
    );
  const more = below > 0 ? [[span('muted', `   ${theme.glyphs.down} ${below + 1} more`)]] : [];
  return <Rows state={state} lines={[...shown, ...more]} />;
}

function Rows({ state, lines }: { state: State; lines: readonly (readonly Span[])[] }) {
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a window are their places
    <Line key={index} width={state.size.columns} left={line} />
  ));
}

/** Lines of a sheet that are an address, or parts of one. */
function linkOf({ overlay }: State, line: OverlayLine): string | undefined {
  if (overlay?.kind !== 'sheet' || line.kind !== 'text' || line.text === '') return undefined;
  const { raw } = overlay;
  return raw?.startsWith('https://') && raw.includes(line.text) ? raw : undefined;
}

const messageTones = { info: 'text', good: 'good', warn: 'warn', bad: 'bad' } as const;

function spansOf(
  line: Exclude<OverlayLine, { kind: 'tree' }>,
  theme: Theme,
  link: string | undefined,
): Span[] {
  switch (line.kind) {
    case 'blank':
      return [];
    case 'title':
      return [span('title', ` ${line.text}`)];
    case 'text':
      return link === undefined ? [`   ${line.text}`] : ['   ', { text: line.text, tone: 'text', link }];
    case 'key': {
      const caps = fitTo(`   ${keycaps(line.keys, theme)}`, helpIndent);
      return [span(line.isOff ? 'muted' : 'accent', caps), line.isOff ? span('muted', line.text) : line.text];
    }
    case 'reason':
      return [' '.repeat(helpIndent), span('warn', line.text)];
    case 'message':
      return [span('muted', fitTo(` ${line.time}`, 11)), span(messageTones[line.tone], line.text)];
  }
}

function pickerLines(state: State, theme: Theme): Span[][] {
  const picker = state.overlay?.kind === 'picker' ? state.overlay : undefined;
  const title = picker?.purpose === 'project' ? 'Which project shall be built?' : 'Where shall builds run?';
  const entries = pickerEntries(state);
  const room = Math.max(1, bodyRows(state) - 4);
  const selected = picker?.selected ?? 0;
  const top = Math.max(0, Math.min(entries.length - room, selected - Math.floor(room / 2)));
  const rows = entries.slice(top, top + room).map((entry, index): Span[] => {
    const isSelected = top + index === selected;
    const marker = isSelected ? span('accent', ` ${theme.glyphs.marker} `) : '   ';
    const name = entry.kind === 'project' ? entry.name : entry.title;
    const detail = entry.kind === 'project' ? '' : entry.detail;
    return [marker, span(isSelected ? 'title' : 'text', fitTo(name, 36)), span('muted', `  ${detail}`)];
  });
  return [[], [span('title', ` ${title}`)], [], ...rows];
}
