import { type ExcerptLine, FailureCard } from '../../components/failure-card.tsx';
import { Line } from '../../components/line.tsx';
import { PhaseStrip } from '../../components/phase-strip.tsx';
import { Region } from '../../components/region.tsx';
import { withoutPrefix } from '../../domain/log-grammar.ts';
import type { LogReader } from '../../domain/log-reader.ts';
import { cardRows, hasFailureCard, linesAround, logRows } from '../../state/layout.ts';
import { selectFailure, selectPhases, selectSummary } from '../../state/select-build.ts';
import { type Span, span } from '../../ui/text.ts';
import { statusSign, useTheme } from '../../ui/theme.ts';
import { useAppState, useLog } from '../../ui/use-app-state.ts';

/** One build: what became of it, its phases (or why it failed), its log. */
export function BuildScreen() {
  const state = useAppState();
  const { view } = state;
  const log = useLog(view?.id ?? '');
  if (!view) return undefined;
  const width = state.size.columns;
  const { build } = view;
  return (
    <>
      <Summary />
      {build && hasFailureCard(build) ? (
        <FailureCard
          width={width}
          rows={cardRows(state)}
          {...selectFailure(build)}
          status={build.status}
          excerpt={excerptOf(log, view.diagnosis?.line, linesAround(state))}
          known={view.diagnosis}
        />
      ) : (
        <>
          {view.diagnosis && <Warning width={width} {...view.diagnosis} />}
          <PhaseStrip width={width} rows={selectPhases(state)} />
        </>
      )}
      <Region name="rule" rows={1} />
      <Region name="log" rows={logRows(state)} />
    </>
  );
}

/** The line that explains the failure, else the first error line, between its neighbours. */
function excerptOf(log: LogReader | undefined, known: number | undefined, around: number): ExcerptLine[] {
  const at = known ?? log?.firstError();
  if (log === undefined || at === undefined) return [];
  return Array.from({ length: 2 * around + 1 }, (_, index) => at - around + index).flatMap((number) => {
    const line = log.line(number);
    if (!line) return [];
    const shown = log.numberShown(number) ?? number - log.first + 1;
    return [{ number: shown, text: withoutPrefix(line.text).text, isError: number === at }];
  });
}

/** What is wrong with a build that succeeded. */
function Warning({ width, cause, fix }: { width: number; cause: string; fix: string }) {
  const { glyphs } = useTheme();
  return <Line width={width} left={[span('warn', `${glyphs.trouble} ${cause}`), '  ', span('muted', fix)]} />;
}

function Summary() {
  const state = useAppState();
  const theme = useTheme();
  const width = state.size.columns;
  const summary = selectSummary(state);
  if (!summary) return <Line width={width} left={[span('muted', ' Reading the build')]} />;
  const { sign, tone } = statusSign(theme, summary.status);
  const time = summary.time === undefined ? [] : [` ${summary.time}`];
  const facts = summary.facts.flatMap((fact): Span[] => ['  ', span('muted', fact)]);
  return <Line width={width} left={[span(tone, `${sign} ${summary.statusWord}`), ...time, ...facts]} />;
}
