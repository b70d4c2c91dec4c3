import { Line } from '../../components/line.tsx';
import { ShipNote } from '../../components/ship-note.tsx';
import { ShipSteps } from '../../components/ship-steps.tsx';
import { wrap } from '../../domain/wrap.ts';
import { bodyRows } from '../../state/layout.ts';
import { selectNote, selectSteps, shortLinkText } from '../../state/select-ship.ts';
import type { ShipRun } from '../../state/state.ts';
import { type Span, span } from '../../ui/text.ts';
import { type Tone, useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';

/** The making of a distribution, step by step; then what to hand out. */
export function ShipScreen() {
  const state = useAppState();
  const run = state.ship;
  const width = state.size.columns;
  if (!run) return <Line width={width} left={[span('muted', '  No package is being made. d makes one.')]} />;
  if (run.distribution) {
    return (
      <ShipNote
        width={width}
        rows={bodyRows(state)}
        {...selectNote(run.distribution, state)}
        steps={selectSteps(run, state.now)}
        notes={run.notes.map((note) => note.text)}
      />
    );
  }
  return (
    <>
      <Headline run={run} width={width} />
      <Line width={width} />
      <ShipSteps width={width} steps={selectSteps(run, state.now)} />
      <Line width={width} />
      <Remarks />
    </>
  );
}

function Headline({ run, width }: { run: ShipRun; width: number }) {
  const { glyphs } = useTheme();
  const texts: Record<ShipRun['state'], { sign: string; text: string; tone: Tone }> = {
    running: {
      sign: glyphs.running,
      text: run.renews === undefined ? 'Making a package' : 'Renewing a link',
      tone: 'accent',
    },
    cancelling: {
      sign: glyphs.running,
      text: run.renews === undefined ? 'Cancelling: what was uploaded is being removed' : 'Cancelling',
      tone: 'warn',
    },
    done: { sign: glyphs.good, text: 'Made', tone: 'good' },
    failed: { sign: glyphs.bad, text: failedText(run), tone: 'bad' },
    cancelled: { sign: glyphs.stopped, text: 'Cancelled: nothing stays behind', tone: 'warn' },
  };
  const { sign, text, tone } = texts[run.state];
  const of =
    run.renews !== undefined
      ? `of ${run.renews.slice(run.renews.lastIndexOf('/') + 1)}`
      : run.buildId === undefined
        ? 'of the newest good builds'
        : `of build ${run.buildId}`;
  return (
    <Line
      width={width}
      left={[span(tone, `${sign} ${text}`), span('muted', `  ${of}, link for ${run.expiresHours} h`)]}
    />
  );
}

/** Only a record that was sent and never answered leaves in doubt what others see. */
function failedText(run: ShipRun): string {
  const isUnsure = run.steps.RECORD.state === 'failed' && run.error?.retryable === true;
  return isUnsure
    ? 'Failed: whether it was recorded is not known'
    : 'Failed: nothing that others see has changed';
}

/** What is worth knowing of the run: a link shorter than asked, an error with its remedy, notes of the steps. */
function Remarks() {
  const state = useAppState();
  const run = state.ship;
  if (!run) return undefined;
  const width = state.size.columns;
  const room = bodyRows(state) - 10;
  const short = shortLinkText(run, state);
  const lines: Span[][] = [
    ...(short ? wrap(short, width - 4).map((line) => [span('warn', `  ${line}`)]) : []),
    ...(run.error ? wrap(run.error.message, width - 4).map((line) => [span('bad', `  ${line}`)]) : []),
    ...(run.error?.hint ? wrap(run.error.hint, width - 4).map((line) => [`  ${line}`]) : []),
  ];
  const notes = run.notes.flatMap((note) =>
    wrap(note.text, width - 4).map((line) => [span('muted', `  ${line}`)]),
  );
  const shown = [...lines, ...notes.slice(-Math.max(0, room - lines.length))].slice(0, room);
  return shown.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a window are their places
    <Line key={index} width={width} left={line} />
  ));
}
