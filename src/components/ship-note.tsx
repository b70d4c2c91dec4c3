import { formatBytes } from '../domain/format.ts';
import { elideLink } from '../domain/link-life.ts';
import { fitTo, type Span, span } from '../ui/text.ts';
import { useTheme } from '../ui/theme.ts';
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
};

const titleColumn = 10;

/** What to hand out: the link (its beginning and end), how long it works and why, how to tell the file, how to install. */
export function ShipNote(props: ShipNoteProps) {
  const { glyphs } = useTheme();
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
    [],
    fact('Link', span('accent', elideLink(url, room, glyphs.ellipsis))),
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
  ];
  return lines.slice(0, props.rows).map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of the note are their places
    <Line key={index} width={width} left={line} />
  ));
}
