import type { BuildStatus } from '../domain/build.ts';
import { plain } from '../domain/sanitise.ts';
import { displayWidth, truncate } from '../domain/width.ts';
import { type Span, span } from '../ui/text.ts';
import { statusSign, type Theme, useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

export type FailureCardProps = {
  width: number;
  /** Rows it takes, whatever it holds. */
  rows: number;
  status: BuildStatus;
  title: string;
  message: string;
  /** The line that explains the failure, or the first that looks like an error, between its neighbours; empty where none does. */
  excerpt: readonly ExcerptLine[];
  /** What is known to be wrong, and what mends it. */
  known?: { cause: string; fix: string; line?: number } | undefined;
};

/** Its number counts from 1. */
export type ExcerptLine = { number: number; text: string; isError: boolean };

/** Why a build failed, in the place of the phases. */
export function FailureCard(props: FailureCardProps) {
  const { width, rows, status, title, message, excerpt, known } = props;
  const theme = useTheme();
  const { sign, tone } = statusSign(theme, status);
  const log = excerptRows(excerpt, theme);
  const explanation = known ? knownRows(known, width) : [];
  // What is known says more than the end of a long message.
  const room = rows - 2 - log.length - explanation.length;
  const [first, rest] = twoLines(message, width - 4);
  const messageRows: Span[][] =
    rest === '' || room < 2
      ? [['  ', message]]
      : [
          ['  ', first],
          ['  ', rest],
        ];
  const free = Math.max(0, room - messageRows.length);
  const before = Math.min(free, explanation.length > 0 ? 1 : 0);
  const lines: Span[][] = [
    [span(tone, `${sign} ${title}`)],
    ...messageRows,
    ...log,
    ...blank(before),
    ...explanation,
    ...blank(free - before),
    keysRow(excerpt.length > 0, known?.line !== undefined),
  ];
  return lines.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of the card are their places
    <Line key={index} width={width - 1} left={line} />
  ));
}

const blank = (rows: number) => Array.from({ length: rows }, (): Span[] => []);

function excerptRows(excerpt: readonly ExcerptLine[], { glyphs }: Theme): Span[][] {
  if (excerpt.length === 0) return [[span('muted', '  No line of the log looks like an error.')]];
  const numberWidth = String(excerpt.at(-1)?.number ?? 0).length;
  return excerpt.map(({ number, text, isError }): Span[] => [
    span(isError ? 'bad' : 'muted', ` ${isError ? glyphs.marker : ' '} `),
    span('muted', `${String(number).padStart(numberWidth)}  `),
    isError ? span('bad', plain(text).trim()) : span('muted', plain(text).trim()),
  ]);
}

const knownLabels = ['  cause      ', '  known fix  '] as const;

function knownRows({ cause, fix }: { cause: string; fix: string }, width: number): Span[][] {
  const indent = knownLabels[0].length;
  return [cause, fix].flatMap((text, index): Span[][] => {
    const [first, rest] = twoLines(text, width - 2 - indent);
    const label = span(index === 0 ? 'muted' : 'good', knownLabels[index] ?? '');
    return [[label, first], ...(rest === '' ? [] : [[' '.repeat(indent), rest]])];
  });
}

function keysRow(hasError: boolean, isKnown: boolean): Span[] {
  const jump = isKnown ? ' to that line in the log  ' : ' next error in the log  ';
  return [
    '  ',
    ...(hasError ? [span('accent', 'e'), span('muted', jump)] : []),
    span('accent', 'r'),
    span('muted', ' starts the same build again'),
  ];
}

/** A message on two lines, broken at a space where there is one. */
function twoLines(text: string, width: number): [string, string] {
  if (displayWidth(text) <= width) return [text, ''];
  const begin = truncate(text, width, '');
  const space = begin.lastIndexOf(' ');
  const at = space > width / 2 ? space : begin.length;
  return [text.slice(0, at), text.slice(at).trimStart()];
}
