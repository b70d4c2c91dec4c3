import { Line } from '../../components/line.tsx';
import { wrap } from '../../domain/wrap.ts';
import { bodyRows } from '../../state/layout.ts';
import { pickerEntries } from '../../state/picker.ts';
import { fitTo, type Span, span } from '../../ui/text.ts';
import { useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';

const about = ['Build the Claude Code sign-in programs of your company, watch the builds, hand them out.'];
const warning = [
  'The sandbox is no isolation: it runs the commands of the buildspec on this machine, as you.',
  'It answers on 127.0.0.1 only and needs no AWS account.',
];

/** Asks, once, where builds shall run. */
export function FirstRunScreen() {
  const state = useAppState();
  const { glyphs } = useTheme();
  const width = state.size.columns;
  const selected = state.route.screen === 'first-run' ? state.route.selected : 0;
  const entries = pickerEntries(state);
  const room = bodyRows(state) - 12;
  const top = Math.max(0, Math.min(entries.length - room, selected - Math.floor(room / 2)));
  const rows = entries.slice(top, top + room).map((entry, index): Span[] => {
    const isSelected = top + index === selected;
    const marker = isSelected ? span('accent', `  ${glyphs.marker} `) : '    ';
    if (entry.kind === 'project') return [];
    return [marker, span(isSelected ? 'title' : 'text', fitTo(entry.title, 24)), span('muted', entry.detail)];
  });
  const text = (lines: readonly string[], tone: 'text' | 'muted') =>
    lines
      .flatMap((line) => wrap(line, Math.min(width, 100) - 4))
      .map((line): Span[] => [span(tone, `  ${line}`)]);
  const lines: Span[][] = [
    [],
    ...text(about, 'text'),
    [],
    [span('title', '  Where shall builds run?')],
    [],
    ...rows,
    [],
    ...(state.profiles === undefined ? [[span('muted', '  Looking for AWS profiles')]] : []),
    ...(state.profiles?.error ? text([state.profiles.error.message], 'text') : []),
    ...text(warning, 'muted'),
    ...text(['P chooses another place at any time.'], 'muted'),
  ];
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a screen are their places
    <Line key={index} width={width} left={line} />
  ));
}
