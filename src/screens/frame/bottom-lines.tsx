import { Line } from '../../components/line.tsx';
import { compileQuery } from '../../domain/log-query.ts';
import { bottomText, noticeOf, shipPrompt } from '../../state/layout.ts';
import { selectCounts } from '../../state/select-frame.ts';
import { selectLeftover } from '../../state/select-leftover.ts';
import type { State } from '../../state/state.ts';
import type { InputPurpose, Overlay } from '../../state/state-overlay.ts';
import { type Span, span } from '../../ui/text.ts';
import { type Tone, useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';

const noticeTones: Record<NonNullable<State['notice']>['tone'], Tone> = {
  info: 'accent',
  good: 'good',
  warn: 'warn',
  bad: 'bad',
};

/** The lines above the footer: a question, a line being typed, what was just said or waits, else the list's counts. */
export function BottomLines() {
  const state = useAppState();
  const { overlay, size } = state;
  const notice = noticeOf(state);
  const prompt = shipPrompt(state);
  const width = size.columns;
  if (overlay?.kind === 'question') {
    return <TextLines state={state} text={overlay.text} tone={overlay.danger ? 'bad' : 'accent'} />;
  }
  if (overlay?.kind === 'input') return <InputLine input={overlay} state={state} />;
  if (overlay?.kind === 'letter')
    return <TextLines state={state} text={letterPrompts[overlay.purpose]} tone="accent" />;
  if (overlay?.kind === 'leftover')
    return <TextLines state={state} text={selectLeftover(state)} tone="accent" />;
  if (overlay?.kind === 'copy') return <TextLines state={state} text="Copy what?" tone="accent" />;
  if (prompt) return <TextLines state={state} text={prompt} tone="accent" />;
  if (notice) return <TextLines state={state} text={notice.text} tone={noticeTones[notice.tone]} />;
  if (state.route.screen === 'build') return undefined;
  return <Line width={width} left={[span('muted', ` ${selectCounts(state)}`)]} />;
}

function TextLines({ state, text, tone }: { state: State; text: string; tone: Tone }) {
  return bottomText(state, text).map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text are their places, and may be equal
    <Line key={index} width={state.size.columns} left={[span(tone, ` ${line}`)]} />
  ));
}

const prompts: Record<InputPurpose, string> = {
  filter: 'Filter: ',
  find: 'Find: ',
  keep: 'Only lines with: ',
  command: ':',
  save: 'Save the log to: ',
  'save-note': 'Save the note to: ',
  'save-code': 'Save the picture of the QR code to: ',
  download: 'Save the package to: ',
};

function InputLine({ input, state }: { input: Extract<Overlay, { kind: 'input' }>; state: State }) {
  const { glyphs } = useTheme();
  const complaint = complaintOf(input);
  const left: Span[] = [
    span('accent', ` ${prompts[input.purpose]}`),
    input.text,
    span('accent', glyphs.caret),
  ];
  const right = input.purpose === 'filter' ? [span('muted', selectCounts(state))] : [];
  const said = complaint === undefined ? right : [span('bad', complaint)];
  return <Line width={state.size.columns} left={left} right={said} />;
}

function complaintOf({ purpose, text }: Extract<Overlay, { kind: 'input' }>): string | undefined {
  return purpose === 'find' || purpose === 'keep' ? compileQuery(text).problem : undefined;
}

const letterPrompts = {
  mark: 'A letter names the mark.',
  goto: "The letter of a mark, or ' for where you jumped from.",
} as const;
