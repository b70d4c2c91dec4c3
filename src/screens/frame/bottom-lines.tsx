import { Line } from '../../components/line.tsx';
import { bottomText, noticeOf } from '../../state/layout.ts';
import { selectCounts } from '../../state/select-frame.ts';
import type { Overlay, State } from '../../state/state.ts';
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
  const width = size.columns;
  if (overlay?.kind === 'question') {
    return <TextLines state={state} text={overlay.text} tone={overlay.danger ? 'bad' : 'accent'} />;
  }
  if (overlay?.kind === 'input') return <InputLine input={overlay} state={state} />;
  if (notice) return <TextLines state={state} text={notice.text} tone={noticeTones[notice.tone]} />;
  if (state.route.screen === 'build') return undefined;
  return <Line width={width} left={[span('muted', ` ${selectCounts(state)}`)]} />;
}

function TextLines({ state, text, tone }: { state: State; text: string; tone: Tone }) {
  return bottomText(state, text).map((line) => (
    <Line key={line} width={state.size.columns} left={[span(tone, ` ${line}`)]} />
  ));
}

const prompts = { filter: 'Filter', find: 'Find', hours: 'Link lives for how many hours (1–168)' } as const;

function InputLine({ input, state }: { input: Extract<Overlay, { kind: 'input' }>; state: State }) {
  const { glyphs, unicode } = useTheme();
  const complaint = input.purpose === 'hours' ? state.notice?.text : undefined;
  // Beside what is wrong there must be room for what was typed.
  const asked = complaint === undefined ? prompts[input.purpose] : 'Hours';
  const prompt = unicode ? asked : asked.replace('–', '-');
  const left: Span[] = [span('accent', ` ${prompt}: `), input.text, span('accent', glyphs.caret)];
  const right = input.purpose === 'filter' ? [span('muted', selectCounts(state))] : [];
  const said = complaint === undefined ? right : [span('bad', complaint)];
  return <Line width={state.size.columns} left={left} right={said} />;
}
