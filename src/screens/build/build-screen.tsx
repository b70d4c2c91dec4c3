import { type ExcerptLine, FailureCard } from '../../components/failure-card.tsx';
import { Line } from '../../components/line.tsx';
import { Region } from '../../components/region.tsx';
import { withoutPrefix } from '../../domain/log-grammar.ts';
import type { LogReader } from '../../domain/log-reader.ts';
import { cardRows, hasFailureCard, linesAround, logRows, phaseRows } from '../../state/layout.ts';
import { selectFailure } from '../../state/select-build.ts';
import { span } from '../../ui/text.ts';
import { useTheme } from '../../ui/theme.ts';
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
      <Region name="summary" rows={1} />
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
          <Region name="phases" rows={phaseRows} />
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
