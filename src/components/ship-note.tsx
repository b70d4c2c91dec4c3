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
  systems: string;
  isSandbox: boolean;
};

const titleColumn = 10;

/** What to hand out: the link (its beginning and end), how long it works and why, how to tell the file, how to install. */
export function ShipNote(props: ShipNoteProps) {
  const { glyphs } = useTheme();
  const { width, url } = props;
  const room = width - titleColumn - 4;
  const fact = (title: string, ...spans: Span[]): Span[] => [
    span('muted', `  ${fitTo(title, titleColumn)}`),
    ...spans,
  ];
  const short = elideLink(url, Math.min(room - 12, 56), glyphs.ellipsis);
  const lines: Span[][] = [
    [span('good', `${glyphs.good} Made and recorded`)],
    [],
    fact('Link', span('accent', elideLink(url, room, glyphs.ellipsis))),
    fact('', span('muted', 'y copies it whole, u shows it raw')),
    ...(props.isSandbox ? [fact('', span('warn', 'of the sandbox: it works on this machine only'))] : []),
    fact('Works', span('title', `until ${props.until}`)),
    fact('', props.why),
    fact('File', `${props.filename}, ${formatBytes(props.size)}`),
    fact('sha256', props.checksum),
    fact(
      'For',
      props.systems === '' ? span('warn', 'no system: it holds no sign-in program') : props.systems,
    ),
    fact('Built by', props.builds.join(', ')),
    fact('Tested', props.verified),
    [],
    [span('title', '  Install'), span('muted', '  (the link stands whole where y puts it)')],
    fact('macOS,', `curl -fsSLo p.zip '${short}'`),
    fact('Linux', 'unzip p.zip && cd claude-code-package && ./install.sh'),
    fact('Windows', `curl -fsSLo p.zip "${short}"`),
    fact('', 'tar -xf p.zip && cd claude-code-package && install.bat'),
  ];
  return lines.slice(0, props.rows).map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rows of the note are their places
    <Line key={index} width={width} left={line} />
  ));
}
