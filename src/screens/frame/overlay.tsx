import { Line } from '../../components/line.tsx';
import { clockSeconds } from '../../domain/durations.ts';
import { helpGroups, placeOf } from '../../state/keymap.ts';
import { bodyRows, wrap } from '../../state/layout.ts';
import { pickerEntries } from '../../state/picker.ts';
import type { State } from '../../state/state.ts';
import { keycaps } from '../../ui/key-names.ts';
import { fitTo, type Span, span } from '../../ui/text.ts';
import { type Theme, useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';

/** Whether what lies over the screen takes the whole body, not only lines at the bottom. */
export function coversBody(state: State): boolean {
  const place = placeOf(state);
  return place === 'help' || place === 'messages' || place === 'sheet' || place === 'picker';
}

/** Help, messages, something to read whole, or a choice, in the place of the screen. */
export function Overlay() {
  const state = useAppState();
  const theme = useTheme();
  const lines = overlayLines(state, theme);
  const { overlay } = state;
  const top = overlay?.kind === 'help' || overlay?.kind === 'messages' ? overlay.top : 0;
  const rows = bodyRows(state);
  const hidden = lines.length - top - rows;
  const shown = lines.slice(top, top + (hidden > 0 ? rows - 1 : rows));
  return (
    <>
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a window are their places
        <Line key={index} width={state.size.columns} left={line} />
      ))}
      {hidden > 0 ? (
        <Line
          width={state.size.columns}
          left={[span('muted', `  ${theme.glyphs.down} ${hidden + 1} more`)]}
        />
      ) : undefined}
    </>
  );
}

/** All lines of what lies over the screen; scrolled by the caller. */
function overlayLines(state: State, theme: Theme): Span[][] {
  switch (state.overlay?.kind) {
    case 'help':
      return helpLines(state, theme);
    case 'messages':
      return messageLines(state);
    case 'sheet':
      return [
        [span('title', ` ${state.overlay.title}`)],
        [],
        ...state.overlay.lines.flatMap((line) => wrap(line, state.size.columns - 3).map((it) => [` ${it}`])),
      ];
    case 'picker':
      return pickerLines(state, theme);
    default:
      return [];
  }
}

const keyColumn = 14;

function helpLines(state: State, theme: Theme): Span[][] {
  const groups = helpGroups(state.route.screen).map(({ group, bindings }) => [
    [span('title', ` ${group}`)],
    ...bindings.map((binding): Span[] => {
      const reason = binding.disabled?.(state);
      const caps = fitTo(keycaps(binding.show ?? binding.keys.slice(0, 1), theme), keyColumn);
      return [
        span(reason === undefined ? 'accent' : 'muted', `   ${caps}`),
        reason === undefined ? binding.help : span('muted', `${binding.help} (off: ${reason})`),
      ];
    }),
    [],
  ]);
  return groups.flat();
}

function messageLines(state: State): Span[][] {
  if (state.messages.length === 0) return [[span('muted', ' Nothing was said yet.')]];
  const tones = { info: 'text', good: 'good', warn: 'warn', bad: 'bad' } as const;
  return state.messages.toReversed().flatMap((message): Span[][] => {
    const time = span('muted', ` ${clockSeconds(message.at, state.env.timeZone)}  `);
    const text = wrap(
      message.hint ? `${message.text} ${message.hint}` : message.text,
      state.size.columns - 13,
    );
    return text.map((line, index) => [index === 0 ? time : ' '.repeat(11), span(tones[message.tone], line)]);
  });
}

function pickerLines(state: State, theme: Theme): Span[][] {
  const picker = state.overlay?.kind === 'picker' ? state.overlay : undefined;
  const title = picker?.purpose === 'project' ? 'Which project shall be built?' : 'Where shall builds run?';
  const entries = pickerEntries(state);
  const shown = Math.max(1, bodyRows(state) - 4);
  const selected = picker?.selected ?? 0;
  const top = Math.max(0, Math.min(entries.length - shown, selected - Math.floor(shown / 2)));
  const rows = entries.slice(top, top + shown).map((entry, index): Span[] => {
    const isSelected = top + index === selected;
    const marker = isSelected ? span('accent', ` ${theme.glyphs.marker} `) : '   ';
    const name = entry.kind === 'project' ? entry.name : entry.title;
    const detail = entry.kind === 'project' ? '' : entry.detail;
    return [marker, span(isSelected ? 'title' : 'text', fitTo(name, 36)), span('muted', `  ${detail}`)];
  });
  return [[], [span('title', ` ${title}`)], [], ...rows];
}
