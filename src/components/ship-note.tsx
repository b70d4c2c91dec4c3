import { formatBytes } from '../domain/format.ts';
import { elideLink } from '../domain/link-life.ts';
import { wrap } from '../domain/wrap.ts';
import { fitTo, type Span, span } from '../ui/text.ts';
import { type Theme, useTheme } from '../ui/theme.ts';
import { Line } from './line.tsx';

export type ShipNoteProps = {
  width: number;
  rows: number;
  url: string;
  /** When the link stops working, in words. */
  until: string;
  why: string;
  filename: string;
  size: number;
  checksum: string;
  builds: readonly string[];
  verified: string;
  /** Systems the package has sign-in programs for. */
  systems: { unix: boolean; windows: boolean };
  isSandbox: boolean;
  /** What each step took. */
  steps: readonly { step: string; time: string | undefined }[];
  /** What is worth knowing of the package: what it lacks, what was left out. */
  notes: readonly string[];
};

/** The steps on one row, as a build's phases. */
function stepStrip(steps: ShipNoteProps['steps'], theme: Theme): Span[] {
  return steps.flatMap(({ step, time }, index): Span[] => [
    span('good', `${index === 0 ? '' : ' '}${theme.glyphs.good}`),
    ` ${step}`,
    span('muted', time === undefined ? '' : ` ${time}`),
  ]);
}

const titleColumn = 10;

/** What to hand out: the link (its beginning and end), how long it works and why, how to tell the file, how to install. */
export function ShipNote(props: ShipNoteProps) {
  const theme = useTheme();
  const { glyphs } = theme;
  const { width, url, systems } = props;
  const room = width - titleColumn - 4;
  const fact = (title: string, ...spans: Span[]): Span[] => [
    span('muted', `  ${fitTo(title, titleColumn)}`),
    ...spans,
  ];
  const link = elideLink(url, Math.min(room - 24, 60), glyphs.ellipsis);
  const isUseless = !systems.unix && !systems.windows;
  const lines: Span[][] = [
    [span('good', `${glyphs.good} Made and recorded`)],
    stepStrip(props.steps, theme),
    [],
    fact('Link', { text: elideLink(url, room, glyphs.ellipsis), tone: 'accent', link: url }),
    ...(props.isSandbox ? [fact('', span('warn', 'of the sandbox: it works on this machine only'))] : []),
    fact('Works', span('title', `until ${props.until}`)),
    fact('', props.why),
    fact('File', `${props.filename}, ${formatBytes(props.size)}`),
    fact('sha256', props.checksum),
    fact('Built by', props.builds.join(', ')),
    fact('Tested', props.verified),
    [],
    ...(systems.unix
      ? [
          [span('title', '  Install on macOS and Linux')],
          [`    curl -fsSLo package.zip '${link}'`],
          ['    unzip -q package.zip && cd claude-code-package && ./install.sh'],
        ]
      : []),
    ...(systems.windows
      ? [
          [span('title', '  Install on Windows')],
          [`    curl -fsSLo package.zip "${link}"`],
          ['    tar -xf package.zip && cd claude-code-package && install.bat'],
        ]
      : []),
    ...(isUseless ? [[span('warn', '  It holds no sign-in program for any system.')]] : []),
    ...(props.notes.length > 0 ? [[]] : []),
    ...props.notes.flatMap((note) => wrap(note, width - 3).map((line) => [span('muted', `  ${line}`)])),
  ];
  return lines.slice(0, props.rows).map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of the note are their places
    <Line key={index} width={width} left={line} />
  ));
}
