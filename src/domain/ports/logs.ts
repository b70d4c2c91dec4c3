import type { LogUpdate } from '../log.ts';

export interface LogsService {
  /**
   * Every line of a build's log exactly once, in order: waits for the stream, goes on through throttling and lost
   * connections, drains after the build's end, then ends.
   * `tailFirst`: begin near the end when the build is already over (older lines through `older`).
   */
  follow(query: LogQuery, signal: AbortSignal): AsyncIterable<LogUpdate>;
}

export type LogQuery = {
  buildId: string;
  /** Epoch ms; lines stamped before it are left out. */
  since?: number;
  /**
   * Read what is there now and end, without waiting for more: ends with `end`/`complete` at the present end. Such a
   * reading throws the AppError of what it cannot read, after some tries, instead of yielding `trouble`.
   */
  once?: boolean;
  /**
   * For a build that has ended already: its log's end first, then `older` lines page by page up to the beginning, then
   * `end`. Whoever wants no more older lines aborts: by then the end is complete. A build under way is read from its
   * beginning. Means nothing beside `since` or `once`.
   */
  fromEnd?: true;
};
