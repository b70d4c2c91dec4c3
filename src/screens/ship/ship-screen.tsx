import { Line } from '../../components/line.tsx';
import { QuestionLines } from '../../components/question-lines.tsx';
import { ShipSteps } from '../../components/ship-steps.tsx';
import { treeNameColumns, treeRowSpans } from '../../components/tree-row.ts';
import { wrap } from '../../domain/wrap.ts';
import { bodyRows } from '../../state/layout.ts';
import { selectSteps, shortLinkText } from '../../state/select-ship.ts';
import { questionRows, selectQuestionLines } from '../../state/select-ship-question.ts';
import { selectTree, type TreeFacts } from '../../state/select-tree.ts';
import type { ShipRun } from '../../state/state-ship.ts';
import { type Span, span } from '../../ui/text.ts';
import { type Tone, useTheme } from '../../ui/theme.ts';
import { useAppState } from '../../ui/use-app-state.ts';
import { Note } from './note.tsx';

/** The making of a distribution, step by step; then what to hand out. */
export function ShipScreen() {
  const state = useAppState();
  const run = state.ship;
  const width = state.size.columns;
  if (state.route.screen === 'ship' && state.route.of !== undefined) return <Note />;
  if (!run) return <Line width={width} left={[span('muted', '  No package is being made. d makes one.')]} />;
  if (run.distribution) return <Note />;
  return (
    <>
      <Headline run={run} width={width} />
      <Line width={width} />
      <ShipSteps width={width} steps={selectSteps(run, state.now)} />
      <Line width={width} />
      {run.asks ? <Asked /> : <Remarks />}
    </>
  );
}

function Headline({ run, width }: { run: ShipRun; width: number }) {
  const { glyphs } = useTheme();
  const asking = { sign: glyphs.trouble, text: 'Waiting for your answer', tone: 'warn' } as const;
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
    cancelled: {
      sign: glyphs.stopped,
      // What it has left it tells itself, below; one that had not begun tells nothing.
      text: run.left === undefined ? 'Cancelled: nothing stays behind' : 'Cancelled',
      tone: 'warn',
    },
  };
  const { sign, text, tone } = run.asks ? asking : texts[run.state];
  const of =
    run.renews !== undefined
      ? `of ${run.renews.slice(run.renews.lastIndexOf('/') + 1)}`
      : run.buildId === undefined
        ? 'of the newest good builds'
        : `of build ${run.buildId}`;
  return (
    <Line
      width={width}
      left={[
        span(tone, `${sign} ${text}`),
        // What was asked for is no news of a run that has failed, and leaves its sentence no room.
        ...(run.state === 'failed' ? [] : [span('muted', `  ${of}, link for ${run.expiresHours} h`)]),
      ]}
    />
  );
}

/** What the run asks; the prompt stands above the footer. */
function Asked() {
  const state = useAppState();
  return (
    <QuestionLines
      width={state.size.columns}
      rows={questionRows(state)}
      lines={selectQuestionLines(state)}
      top={state.ship?.asks?.top ?? 0}
    />
  );
}

function Rows({ lines, width }: { lines: readonly (readonly Span[])[]; width: number }) {
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a window are their places
    <Line key={index} width={width} left={line} />
  ));
}

/** Only a record that was sent and never answered leaves in doubt what others see. */
function failedText(run: ShipRun): string {
  const isUnsure = run.steps.RECORD.state === 'failed' && run.error?.retryable === true;
  return isUnsure
    ? 'Failed: whether it was recorded is not known'
    : 'Failed: nothing that others see has changed';
}

/** What is worth knowing of the run: a link shorter than asked, an error with its remedy, what a
 * cancelled one has left, the files, notes of the steps. */
function Remarks() {
  const state = useAppState();
  const { glyphs } = useTheme();
  const run = state.ship;
  if (!run) return undefined;
  const width = state.size.columns;
  const room = bodyRows(state) - 10;
  const short = shortLinkText(run, state);
  const lines: Span[][] = [
    ...(short ? wrap(short, width - 4).map((line) => [span('warn', `  ${line}`)]) : []),
    ...(run.left === undefined ? [] : wrap(run.left, width - 4).map((line) => [span('warn', `  ${line}`)])),
    ...(run.error ? wrap(run.error.message, width - 4).map((line) => [span('bad', `  ${line}`)]) : []),
    ...(run.error?.hint ? wrap(run.error.hint, width - 4).map((line) => [`  ${line}`]) : []),
  ];
  const notes = run.notes.flatMap((note) =>
    wrap(note.text, width - 4).map((line) => [span('muted', `  ${line}`)]),
  );
  const free = Math.max(0, room - lines.length);
  // The notes say little that the files do not: they leave them most of the room.
  const most = Math.max(free - notes.length, Math.ceil((free * 2) / 3));
  const tree = treeLines(selectTree(state), width);
  const cut = tree.length - most + 1;
  const files =
    tree.length <= most
      ? tree
      : [
          ...tree.slice(0, Math.max(0, most - 1)),
          [span('muted', `  ${glyphs.down} ${cut} more, t shows them`)],
        ];
  const said = notes.slice(Math.max(0, notes.length - (free - files.length)));
  return <Rows lines={[...lines, ...files, ...said].slice(0, room)} width={width} />;
}

function treeLines(tree: TreeFacts | undefined, width: number): Span[][] {
  if (!tree) return [];
  const nameColumns = treeNameColumns(tree.rows, width);
  return [
    ...tree.rows.map((row) => treeRowSpans(row, nameColumns, width)),
    ...tree.platforms.map((line) => [span('muted', `  ${line}`)]),
  ];
}
