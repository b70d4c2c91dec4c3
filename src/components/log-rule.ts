import { paintSpans, type Span, span, spansWidth } from '../ui/text.ts';
import type { Theme } from '../ui/theme.ts';
import { lineText } from './line-text.ts';

/** A part of the rule; where there is no room for all, those with the highest rank are left out first, never rank 0. */
export type RankedText = { text: string; rank: number };

export type LogRuleProps = {
  width: number;
  /** Stand at the left, in the accent. */
  findings: readonly RankedText[];
  /** Stand at the right. */
  parts: readonly RankedText[];
  isPaused: boolean;
  hasTrouble: boolean;
};

/** The rule between phases and log, as text with colours. */
export function logRule(props: LogRuleProps, theme: Theme): string {
  const { width, findings, parts } = props;
  const spans = ruleSpans(props, findings, parts, theme);
  if (spansWidth(spans) <= width) return paintSpans(spans, theme);
  const most = Math.max(0, ...[...findings, ...parts].map((part) => part.rank));
  for (let rank = Math.max(0, most - 1); ; rank--) {
    const fits = (part: RankedText) => part.rank <= rank;
    const fewer = ruleSpans(props, findings.filter(fits), parts.filter(fits), theme);
    if (rank <= 0 || spansWidth(fewer) <= width) return lineText({ width, left: fewer }, theme);
  }
}

function ruleSpans(
  { width, isPaused, hasTrouble }: LogRuleProps,
  findings: readonly RankedText[],
  parts: readonly RankedText[],
  theme: Theme,
): Span[] {
  const { rule, down } = theme.glyphs;
  const dash = (count: number) => span('muted', rule.repeat(Math.max(0, count)));
  const between = span('muted', ` ${rule} `);
  const [first, ...others] = parts.map((part) => part.text);
  const texts: Span[] = [
    ...(first === undefined ? [] : [first]),
    ...(isPaused ? [between, span('warn', 'PAUSED')] : []),
    ...others.flatMap((text): Span[] => [between, hasTrouble ? span('warn', text) : text]),
  ];
  const head: Span[] = [
    dash(2),
    ' log ',
    ...findings.flatMap(({ text }): Span[] => [dash(2), span('accent', ` ${text} `)]),
  ];
  const isLive = isPaused || parts.at(-1)?.text === 'following';
  const tail: Span[] = [isLive ? ` ${down} ` : ' ', dash(2)];
  const room = width - 1 - spansWidth(head) - spansWidth(texts) - spansWidth(tail) - 1;
  return [...head, dash(Math.max(2, room)), ' ', ...texts, ...tail];
}
