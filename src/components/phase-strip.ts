import type { BuildStatus } from '../domain/build.ts';
import { type Span, span, spansWidth } from '../ui/text.ts';
import { statusSign, type Theme } from '../ui/theme.ts';
import { barSpans } from './bar.ts';
import { lineText } from './line-text.ts';

export type PhaseProps = {
  type: string;
  word: string;
  /** Undefined for a phase that has not begun. */
  status: BuildStatus | undefined;
  time: string | undefined;
  progress: { fraction: number; of: string } | undefined;
};

const widestBar = 24;
const narrowestBar = 4;

export type PhaseStripProps = { width: number; rows: readonly (readonly PhaseProps[])[] };

/**
 * The phases in two rows, each with its sign and duration; the running one with a bar that takes the room left. As text
 * with colours.
 */
export function phaseStrip({ width, rows }: PhaseStripProps, theme: Theme): string[] {
  return rows.map((phases) => lineText({ width, left: stripSpans(phases, theme, width - 1) }, theme));
}

function stripSpans(phases: readonly PhaseProps[], theme: Theme, width: number): Span[] {
  const without = spansWidth(rowSpans(phases, theme, 0));
  const room = Math.min(widestBar, width - without - 1);
  return rowSpans(phases, theme, room >= narrowestBar ? room : 0);
}

function rowSpans(phases: readonly PhaseProps[], theme: Theme, barWidth: number): Span[] {
  return phases.flatMap((phase, index) => {
    const { sign, tone } = statusSign(theme, phase.status);
    // Phases to come stand a little apart from the bar of the running one.
    const afterBar = index > 0 && phases[index - 1]?.progress !== undefined;
    const gap = index === 0 ? '' : afterBar ? '  ' : ' ';
    const begun = phase.status !== undefined;
    const name: Span = begun ? phase.word : span('muted', phase.word);
    const time = phase.time === undefined ? [] : [' ', span('muted', phase.time)];
    return [gap, span(tone, sign), ' ', name, ...time, ...progressSpans(phase, theme, barWidth)];
  });
}

function progressSpans(phase: PhaseProps, theme: Theme, barWidth: number): Span[] {
  if (!phase.progress) return [];
  const bar = barWidth > 0 ? [' ', ...barSpans(theme, phase.progress.fraction, barWidth)] : [];
  return [...bar, span('muted', ` of ${phase.progress.of}`)];
}
