import type { LogBuffer } from './log-buffer.ts';
import type { LogFilter } from './log-filter.ts';
import type { Query } from './log-query.ts';
import type { LogSearch } from './log-search.ts';

/** Something that is looked for in a log, and what was found so far. */
export type LogFind = { query: Query; search: LogSearch };

/** A log as those see it who show it: its lines, what is looked for in it, and the lines a filter leaves. */
export type LogReader = Pick<
  LogBuffer,
  'first' | 'count' | 'line' | 'isNote' | 'numberShown' | 'firstError'
> & {
  readonly find: LogFind | undefined;
  readonly filter: LogFind | undefined;
  /** The lines shown with the filter, so many lines around each; undefined where there is none. */
  filtered(context: number): LogFilter | undefined;
};
