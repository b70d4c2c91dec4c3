import { lensOn } from '../domain/log-lens.ts';
import type { LogReader } from '../domain/log-reader.ts';
import { type LogPlace, type LogRowsSource, windowAtEnd } from '../domain/log-window.ts';
import { logRows } from './layout.ts';
import type { State } from './state.ts';
import type { LogView } from './state-log.ts';

/** Columns before a line's text: the time with a blank, the sign with a blank. */
export const timeWidth = 9;
const signWidth = 2;

/** Columns of a line's text; the last column of the screen stays free. */
export const textWidth = (log: Pick<LogView, 'time'>, columns: number) =>
  Math.max(1, columns - 1 - (log.time === 'off' ? 0 : timeWidth) - signWidth);

/** The window on a log: what it shows rows of, how many, and from where. */
export type LogWindow = { source: LogRowsSource; height: number; top: LogPlace };

/** `size`: that of the rows that are drawn; those of the state where absent. */
export function logWindow(
  view: { log: LogView },
  log: LogReader,
  size: { rows: number; columns: number },
): LogWindow {
  const { follow, top, topRow, wrap, context } = view.log;
  const wrapAt = wrap ? textWidth(view.log, size.columns) : undefined;
  const source = lensOn(log, { wrapAt, context });
  const place = follow ? windowAtEnd(source, size.rows) : { line: top, row: topRow };
  return { source, height: size.rows, top: place };
}

/** The window as the state has it; undefined where no build is open. */
export function logWindowOf(state: State, log: LogReader): LogWindow | undefined {
  const { view, size } = state;
  return view && logWindow(view, log, { rows: logRows(state), columns: size.columns });
}
