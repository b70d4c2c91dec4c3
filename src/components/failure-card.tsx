import type { BuildStatus } from '../domain/build.ts';
import { plain } from '../domain/sanitise.ts';
import { displayWidth, truncate } from '../domain/width.ts';
import { type Span, span } from '../ui/text.ts';
import { statusSign, useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

export type FailureCardProps = {
  width: number;
  status: BuildStatus;
  title: string;
  message: string;
  /** The first line of the log that looks like an error; its number counts from 1. */
  errorLine: { number: number; text: string } | undefined;
};

/** Why a build failed: five rows in the place of the phases. */
export function FailureCard({ width, status, title, message, errorLine }: FailureCardProps) {
  const theme = useTheme();
  const { sign, tone } = statusSign(theme, status);
  const [first, rest] = twoLines(message, width - 5);
  const number = errorLine ? `line ${errorLine.number}: ` : '';
  const lines: Span[][] = [
    [span(tone, `${sign} ${title}`)],
    ['  ', first],
    ['  ', rest],
    errorLine
      ? ['  ', span('muted', number), span('bad', plain(errorLine.text).trim())]
      : [span('muted', '  No line of the log looks like an error.')],
    [
      span('muted', '  '),
      span('accent', 'e'),
      span('muted', ' jumps to it in the log, '),
      span('accent', 'r'),
      span('muted', ' starts the same build again'),
    ],
  ];
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of the card are their places
    <Line key={index} width={width - 1} left={line} />
  ));
}

/** A message on two lines, broken at a space where there is one. */
function twoLines(text: string, width: number): [string, string] {
  if (displayWidth(text) <= width) return [text, ''];
  const begin = truncate(text, width, '');
  const space = begin.lastIndexOf(' ');
  const at = space > width / 2 ? space : begin.length;
  return [text.slice(0, at), text.slice(at).trimStart()];
}
