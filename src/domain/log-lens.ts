import { withoutPrefix } from './log-grammar.ts';
import type { LogReader } from './log-reader.ts';
import { type LogRowsSource, wrappedRows } from './log-window.ts';

/** How a log is looked at. */
export type Lens = {
  /** Columns at which lines are wrapped; undefined where they are cut. */
  wrapAt: number | undefined;
  /** Lines shown around each that the filter leaves. */
  context: number;
};

/**
 * Pieces of the log that a filter not yet worked out may look at for one window: some milliseconds' worth. What it did
 * not come to shows as soon as the filter's own scan has.
 */
const mostPieces = 150;

/** The rows of a log through a lens: filtered where a filter is set, wrapped where that is wanted. */
export function lensOn(log: LogReader, { wrapAt, context }: Lens): LogRowsSource {
  const filter = log.filtered(context);
  const rowsOf = (line: number) =>
    wrapAt === undefined ? 1 : wrappedRows(shownText(log.line(line)?.text ?? ''), wrapAt);
  const { first, count } = log;
  if (!filter) {
    return {
      first,
      count,
      next: (line) => within(Math.max(line + 1, first), first, count),
      previous: (line) => within(Math.min(line, count) - 1, first, count),
      rowsOf,
      isEveryLine: wrapAt === undefined,
    };
  }
  let pieces = 0;
  const mayGoOn = () => ++pieces < mostPieces;
  return {
    first,
    count,
    next: (line) => filter.next(line, mayGoOn),
    previous: (line) => filter.previous(line, mayGoOn),
    rowsOf,
  };
}

const within = (line: number, first: number, count: number) =>
  line >= first && line < count ? line : undefined;

/** What of a line is shown: CodeBuild's own prefix costs half of 80 columns and is left out. */
const shownText = (text: string) => withoutPrefix(text).text;
