import { clockSeconds } from '../domain/durations.ts';
import type { LogLine } from '../domain/log.ts';
import { withoutPrefix } from '../domain/log-grammar.ts';
import { plain } from '../domain/sanitise.ts';
import { drawable, window } from '../ui/text.ts';
import type { Theme } from '../ui/theme.ts';

export type LogLinesProps = {
  width: number;
  rows: number;
  log: { readonly count: number; line(index: number): LogLine | undefined } | undefined;
  /** Line at the top. */
  top: number;
  /** Columns scrolled to the right. */
  left: number;
  showTime: boolean;
  timeZone: string;
  /** Line that was jumped to. */
  mark: number | undefined;
  /** Text whose hits are marked; empty for none. */
  find: string;
};

/** The lines of the log that are on screen, and only those, as rows of text with colours. */
export function logLines(props: LogLinesProps, theme: Theme): string[] {
  const { log, rows, top } = props;
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const line = log?.line(top + row);
    if (!line) break;
    lines.push(lineText(line, top + row === props.mark, props, theme));
  }
  return lines;
}

function lineText(line: LogLine, isMarked: boolean, props: LogLinesProps, theme: Theme): string {
  const { glyphs } = theme;
  const time = props.showTime ? `${theme.paint('muted', clockSeconds(line.timestamp, props.timeZone))} ` : '';
  const { isCodeBuild, text } = withoutPrefix(line.text);
  const sign = isMarked
    ? theme.paint('warn', glyphs.marker)
    : isCodeBuild
      ? theme.paint('accent', glyphs.command)
      : ' ';
  const room = props.width - 1 - (props.showTime ? 9 : 0) - 2;
  const coloured = drawable(theme.isPlain ? plain(text) : text, theme);
  const piece = window(coloured, props.left, room, glyphs.more);
  return `${time}${sign} ${props.find === '' ? piece : withHits(piece, props.find, theme)}`;
}

/** Hits marked; the line's own colours give way to them. */
function withHits(piece: string, find: string, theme: Theme): string {
  const text = plain(piece);
  const folded = text.toLowerCase();
  const wanted = find.toLowerCase();
  let at = folded.indexOf(wanted);
  if (at < 0 || folded.length !== text.length) return piece;
  let out = '';
  let from = 0;
  while (at >= 0) {
    out += text.slice(from, at) + theme.paint('hit', text.slice(at, at + wanted.length));
    from = at + wanted.length;
    at = folded.indexOf(wanted, from);
  }
  return out + text.slice(from);
}
