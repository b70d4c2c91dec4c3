/** One line of a build's log; sanitised (allowed SGR kept), without its line end. */
export type LogLine = {
  /** Epoch milliseconds, as the writer stamped it. */
  timestamp: number;
  text: string;
};

/** What following a log yields, in order. Lines are yielded exactly once. */
export type LogUpdate =
  | { kind: 'lines'; lines: LogLine[] }
  /**
   * Lines that stand before all yielded so far, oldest first; the first such update of a reading is the log's end.
   * `isBeginning`: nothing stands before them; then `lines` may be empty.
   */
  | { kind: 'older'; lines: LogLine[]; isBeginning: boolean }
  /** Nothing to read yet, and that is no failure. */
  | { kind: 'waiting'; reason: 'build-queued' | 'stream-not-created' }
  /** A poll came back empty or full; carries when the next one is due, for the log rule. */
  | { kind: 'polled'; at: number; nextPollAt: number; throttled: number }
  /** Reading is failing for now and goes on; cleared by the next `polled`. */
  | { kind: 'trouble'; error: import('./errors.ts').AppError; since: number; nextTryAt: number }
  /** Events between the two may be missing (a token was refused and the log re-read by time). */
  | { kind: 'gap'; after: number; before: number }
  /** Build over and the stream drained, or no log to be had. Last update. */
  | { kind: 'end'; reason: LogEnd; detail?: string };

/** `expired`: the build ended longer ago than logs are kept; `no-log`: there is none, and it is not known why. */
export type LogEnd = 'complete' | 'no-log' | 'expired' | 'disabled' | 's3-only';
