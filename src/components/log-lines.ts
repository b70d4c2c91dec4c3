import { clockSeconds, sinceText } from '../domain/durations.ts';
import type { LogLine } from '../domain/log.ts';
import type { LogFilter } from '../domain/log-filter.ts';
import { withoutPrefix } from '../domain/log-grammar.ts';
import type { Query } from '../domain/log-query.ts';
import type { LogReader } from '../domain/log-reader.ts';
import type { LogPlace } from '../domain/log-window.ts';
import { plain } from '../domain/sanitise.ts';
import { wrapColumns } from '../domain/width.ts';
import { drawable, window } from '../ui/text.ts';
import type { Theme } from '../ui/theme.ts';

export type LogLinesProps = {
  /** Columns of a line's text. */
  textWidth: number;
  log: LogReader;
  /** Rows to draw, from the top. */
  places: readonly LogPlace[];
  /** Columns scrolled to the right. */
  left: number;
  wrap: boolean;
  context: number;
  time: LogTime;
  /** Line that was jumped to. */
  mark: number | undefined;
};

/** The time column: clock times in a zone, time since `start`, or none. */
export type LogTime =
  | { kind: 'clock'; timeZone: string }
  | { kind: 'since'; start: number }
  | { kind: 'off' };

/**
 * What draws the rows of the log that are on screen, and only those, as text with colours. Rows that it drew the last
 * time are not drawn again: of a log that is followed, that is all but the new ones.
 */
export function createLogLines(theme: Theme): (props: LogLinesProps) => string[] {
  let known = new Map<number, string>();
  let look: readonly unknown[] = [];
  return (props) => {
    const { log, places, context, wrap, time } = props;
    const filter = context > 0 ? log.filtered(context) : undefined;
    const zoneOrStart = time.kind === 'clock' ? time.timeZone : time.kind === 'since' ? time.start : 0;
    const now = [log, log.find?.query, props.textWidth, props.left, props.mark, time.kind, zoneOrStart];
    // A row of a wrapped line, or one that tells where a filter left lines out, is not its line's alone.
    const isKept = !wrap && !filter && now.every((value, index) => value === look[index]);
    const before = isKept ? known : new Map<number, string>();
    known = new Map();
    look = wrap || filter ? [] : now;
    return places.flatMap((place, index) => {
      const row = before.get(place.line) ?? drawn(place, index, filter, props, theme);
      if (row === undefined) return [];
      known.set(place.line, row);
      return [row];
    });
  };
}

function drawn(
  place: LogPlace,
  index: number,
  filter: LogFilter | undefined,
  props: LogLinesProps,
  theme: Theme,
): string | undefined {
  const { log } = props;
  const line = log.line(place.line);
  if (!line) return undefined;
  if (log.isNote(place.line)) return noteText(line, props, theme);
  const isBreak = index > 0 && place.row === 0 && filter?.startsGroup(place.line) === true;
  return rowText(line, place, isBreak, props, theme);
}

function rowText(
  line: LogLine,
  place: LogPlace,
  isBreak: boolean,
  props: LogLinesProps,
  theme: Theme,
): string {
  const { glyphs } = theme;
  const { isCodeBuild, text } = withoutPrefix(line.text);
  const isFirst = place.row === 0;
  const sign = !isFirst
    ? ' '
    : place.line === props.mark
      ? theme.paint('warn', glyphs.marker)
      : isCodeBuild
        ? theme.paint('accent', glyphs.command)
        : isBreak
          ? theme.paint('muted', glyphs.ellipsis)
          : ' ';
  const marked = withHits(line.text, text, props.log.find?.query, theme);
  const piece = props.wrap
    ? wrappedRow(marked, place.row, props.textWidth)
    : window(marked, props.left, props.textWidth, glyphs.more);
  return `${timeText(line, isFirst, props.time, theme)}${sign} ${drawable(piece, theme)}`;
}

/** A row of ours among the lines: a gap. */
function noteText(line: LogLine, props: LogLinesProps, theme: Theme): string {
  const { rule } = theme.glyphs;
  const text = ` ${rule}${rule} ${window(line.text, 0, Math.max(1, props.textWidth - 8), theme.glyphs.ellipsis)} ${rule}${rule}`;
  return `${timeText(line, true, props.time, theme)}${theme.paint('warn', drawable(text, theme))}`;
}

function timeText(line: LogLine, isFirst: boolean, time: LogTime, theme: Theme): string {
  if (time.kind === 'off') return '';
  if (!isFirst) return ' '.repeat(9);
  const text =
    time.kind === 'clock'
      ? clockSeconds(line.timestamp, time.timeZone)
      : sinceText(line.timestamp - time.start).padStart(8);
  return `${theme.paint('muted', text)} `;
}

const sgr = /\x1b\[[0-9;]*m/g;

/** A row of a wrapped line, with the colours that the rows before it left on. */
function wrappedRow(text: string, row: number, width: number): string {
  const rows = wrapColumns(text, width);
  const before = rows.slice(0, row).join('').match(sgr)?.join('') ?? '';
  return before + (rows[row] ?? '');
}

/** Hits marked; the line's own colours give way to them. `text`: what of the whole line is shown, its end. */
function withHits(whole: string, text: string, query: Query | undefined, theme: Theme): string {
  const shown = theme.isPlain ? plain(text) : text;
  if (!query) return shown;
  const all = plain(whole);
  const letters = plain(text);
  const offset = all.length - letters.length;
  let out = '';
  let from = 0;
  for (const [start, end] of query.spans(all)) {
    const at = Math.max(from, start - offset);
    const to = end - offset;
    if (to <= at) continue;
    out += letters.slice(from, at) + theme.paint('hit', letters.slice(at, to));
    from = to;
  }
  return from === 0 ? shown : out + letters.slice(from);
}
