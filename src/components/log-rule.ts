import { type Span, span, spansWidth } from '../ui/text.ts';
import type { Theme } from '../ui/theme.ts';
import { lineText } from './line-text.ts';

export type LogRuleParts = {
  width: number;
  parts: readonly string[];
  isPaused: boolean;
  hasTrouble: boolean;
};

/** The rule between phases and log; its text stands at the right, the paused one at the left. */
export function logRule({ width, parts, isPaused, hasTrouble }: LogRuleParts, theme: Theme): string {
  const { rule, down } = theme.glyphs;
  const dash = (count: number) => span('muted', rule.repeat(Math.max(0, count)));
  const between = span('muted', ` ${rule} `);
  const [first, ...others] = parts;
  const texts: Span[] = [
    ...(first === undefined ? [] : [first]),
    ...(isPaused ? [between, span('warn', 'PAUSED')] : []),
    ...others.flatMap((text): Span[] => [between, hasTrouble ? span('warn', text) : text]),
  ];
  const head: Span[] = [dash(2), ' log '];
  const isLive = isPaused || parts.at(-1) === 'following';
  const tail: Span[] = [isLive ? ` ${down} ` : ' ', dash(2)];
  const room = width - 1 - spansWidth(head) - spansWidth(texts) - spansWidth(tail) - 1;
  return lineText({ width, left: [...head, dash(Math.max(2, room)), ' ', ...texts, ...tail] }, theme);
}
