import { FailureCard } from '../../components/failure-card.tsx';
import { Line } from '../../components/line.tsx';
import { LogPane } from '../../components/log-pane.tsx';
import { LogRule } from '../../components/log-rule.tsx';
import { PhaseStrip } from '../../components/phase-strip.tsx';
import { hasFailureCard, logRows } from '../../state/layout.ts';
import { logTop } from '../../state/reduce-view.ts';
import { selectFailure, selectPhases, selectSummary } from '../../state/select-build.ts';
import { selectLogRule } from '../../state/select-log.ts';
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
  const errorLine = log?.firstError();
  return (
    <>
      <Summary />
      {build && hasFailureCard(build) ? (
        <FailureCard
          width={width}
          {...selectFailure(build)}
          status={build.status}
          errorLine={
            errorLine === undefined
              ? undefined
              : { number: errorLine + 1, text: log?.line(errorLine)?.text ?? '' }
          }
        />
      ) : (
        <PhaseStrip width={width} rows={selectPhases(state)} />
      )}
      <LogRule width={width} {...selectLogRule(state)} />
      <LogPane
        width={width}
        rows={logRows(state)}
        log={log}
        top={logTop(state)}
        left={view.log.left}
        showTime={view.log.showTime}
        timeZone={state.env.timeZone}
        mark={view.log.mark}
        find={view.log.find}
      />
    </>
  );
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
