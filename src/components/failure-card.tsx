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
  /** The first line of the log that looks like an error, between its neighbours; empty where none does. */
  excerpt: readonly ExcerptLine[];
};

/** Its number counts from 1. */
export type ExcerptLine = { number: number; text: string; isError: boolean };

/** Why a build failed: seven rows in the place of the phases. */
export function FailureCard({ width, status, title, message, excerpt }: FailureCardProps) {
  const theme = useTheme();
  const { glyphs } = theme;
  const { sign, tone } = statusSign(theme, status);
  const [first, rest] = twoLines(message, width - 4);
  const numberWidth = String(excerpt.at(-1)?.number ?? 0).length;
  const logLines = excerpt.map(({ number, text, isError }): Span[] => [
    span(isError ? 'bad' : 'muted', ` ${isError ? glyphs.marker : ' '} `),
    span('muted', `${String(number).padStart(numberWidth)}  `),
    isError ? span('bad', plain(text).trim()) : span('muted', plain(text).trim()),
  ]);
  const noLines: Span[][] = [[span('muted', '  No line of the log looks like an error.')]];
  const lines: Span[][] = [
    [span(tone, `${sign} ${title}`)],
    ['  ', first],
    ...(rest === '' ? [] : [['  ', rest]]),
    ...(excerpt.length > 0 ? logLines : noLines),
  ];
  const keys = [
    '  ',
    ...(excerpt.length > 0 ? [span('accent', 'e'), span('muted', ' next error in the log  ')] : []),
    span('accent', 'r'),
    span('muted', ' starts the same build again'),
  ];
  const rows = [...lines, keys];
  while (rows.length < failureCardRows) rows.splice(lines.length, 0, []);
  return rows.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of the card are their places
    <Line key={index} width={width - 1} left={line} />
  ));
}

const failureCardRows = 7;

/** A message on two lines, broken at a space where there is one. */
function twoLines(text: string, width: number): [string, string] {
  if (displayWidth(text) <= width) return [text, ''];
  const begin = truncate(text, width, '');
  const space = begin.lastIndexOf(' ');
  const at = space > width / 2 ? space : begin.length;
  return [text.slice(0, at), text.slice(at).trimStart()];
}
