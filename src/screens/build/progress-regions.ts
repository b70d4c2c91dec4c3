import { lineText } from '../../components/line-text.ts';
import { phaseStrip } from '../../components/phase-strip.ts';
import type { RegionPainter, Regions } from '../../domain/regions.ts';
import { selectPhases, selectSummary } from '../../state/select-build.ts';
import type { State } from '../../state/state.ts';
import { type Span, span } from '../../ui/text.ts';
import { statusSign, type Theme } from '../../ui/theme.ts';
import type { AppSource } from '../../ui/use-app-state.ts';

/** What became of the build and its phases: their times go on by the second, for which no frame is made. */
export function progressRegions({ get }: Pick<AppSource, 'get'>, theme: Theme): Regions {
  return {
    summary: kept(get, (state, width) => [lineText({ width, left: summarySpans(state, theme) }, theme)]),
    phases: kept(get, (state, width) => phaseStrip({ width, rows: selectPhases(state) }, theme)),
  };
}

function summarySpans(state: State, theme: Theme): Span[] {
  const summary = selectSummary(state);
  if (!summary) return [span('muted', ' Reading the build')];
  const { sign, tone } = statusSign(theme, summary.status);
  const time = summary.time === undefined ? [] : [` ${summary.time}`];
  const facts = summary.facts.flatMap((fact): Span[] => ['  ', span('muted', fact)]);
  return [span(tone, `${sign} ${summary.statusWord}`), ...time, ...facts];
}

/** A painter that draws anew by the second at most: between, only lines of the log come, which it does not show. */
function kept(get: () => State, paint: (state: State, width: number) => string[]): RegionPainter {
  let rows: string[] = [];
  let known: readonly unknown[] = [];
  return ({ columns }) => {
    const state = get();
    const { view, builds, session, route, env, now } = state;
    const seen = [view?.build, view?.trouble, builds, session, route, env, Math.floor(now / 1000), columns];
    if (seen.some((value, index) => value !== known[index]) || known.length === 0) {
      rows = paint(state, columns);
      known = seen;
    }
    return rows;
  };
}
