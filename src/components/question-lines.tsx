import { type Span, span } from '../ui/text.ts';
import { type Tone, useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

export type QuestionLinesProps = {
  width: number;
  rows: number;
  lines: readonly { tone: Tone; text: string }[];
  /** Lines above the first row. */
  top: number;
};

/** What a question is about, line by line; its prompt stands above the footer. */
export function QuestionLines({ width, rows, lines, top }: QuestionLinesProps) {
  const { glyphs } = useTheme();
  const below = lines.length - top - rows;
  const shown = lines.slice(top, top + (below > 0 ? rows - 1 : rows));
  const spans = shown.map((line): Span[] => [span(line.tone, `  ${line.text}`)]);
  const more = below > 0 ? [[span('muted', `  ${glyphs.down} ${below + 1} more`)]] : [];
  return [...spans, ...more].map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of a window are their places
    <Line key={index} width={width} left={line} />
  ));
}
