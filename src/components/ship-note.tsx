import { fitTo, type Span, span } from '../ui/text.ts';
import { type Theme, type Tone, useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

/** A row of the note. */
export type NoteLineProps =
  | { kind: 'made'; text: string }
  | { kind: 'steps' }
  | { kind: 'blank' }
  | { kind: 'fact'; title: string; text: string; tone?: Tone; link?: string }
  | { kind: 'title'; text: string }
  | { kind: 'command'; text: string }
  | { kind: 'remark'; text: string; tone: Tone };

export type ShipNoteProps = {
  width: number;
  rows: number;
  lines: readonly NoteLineProps[];
  /** Lines above the first row. */
  top: number;
  /** What each step took. */
  steps: readonly { step: string; time: string | undefined }[];
};

/** Columns of a fact's title, behind two at the edge. */
const titleColumn = 10;

/** What to hand out: the link (its beginning and end), how long it works and why, how to tell the file, how to install. */
export function ShipNote({ width, rows, lines, top, steps }: ShipNoteProps) {
  const theme = useTheme();
  const below = lines.length - top - rows;
  const shown = lines
    .slice(top, top + (below > 0 ? rows - 1 : rows))
    .map((line) => spansOf(line, steps, theme));
  const more = below > 0 ? [[span('muted', `  ${theme.glyphs.down} ${below + 1} more`)]] : [];
  return [...shown, ...more].map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of the note are their places
    <Line key={index} width={width} left={line} />
  ));
}

function spansOf(line: NoteLineProps, steps: ShipNoteProps['steps'], theme: Theme): Span[] {
  switch (line.kind) {
    case 'made':
      return [span('good', `${theme.glyphs.good} ${line.text}`)];
    case 'steps':
      return stepStrip(steps, theme);
    case 'blank':
      return [];
    case 'fact': {
      const { title, text, tone = 'text', link } = line;
      const value: Span = link === undefined ? { text, tone } : { text: marked(text, theme), tone, link };
      return [span('muted', `  ${fitTo(title, titleColumn)}`), value];
    }
    case 'title':
      return [span('title', `  ${line.text}`)];
    case 'command':
      return [`    ${marked(line.text, theme)}`];
    case 'remark':
      return [span(line.tone, `  ${line.text}`)];
  }
}

/** Where a link was cut it must not look like another link. */
const marked = (text: string, { glyphs }: Theme) => text.replaceAll('…', glyphs.ellipsis);

/** The steps on one row, as a build's phases. */
function stepStrip(steps: ShipNoteProps['steps'], theme: Theme): Span[] {
  return steps.flatMap(({ step, time }, index): Span[] => [
    span('good', `${index === 0 ? '' : ' '}${theme.glyphs.good}`),
    ` ${step}`,
    span('muted', time === undefined ? '' : ` ${time}`),
  ]);
}
