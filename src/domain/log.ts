/** One line of a build's log; sanitised (allowed SGR kept), without its line end. */
export type LogLine = {
  /** Epoch milliseconds, as the writer stamped it. */
  timestamp: number;
  text: string;
};

/** What following a log yields, in order. Lines are yielded exactly once. */
export type LogUpdate =
  | { kind: 'lines'; lines: LogLine[] }
  /** Nothing to read yet, and that is no failure. */
  | { kind: 'waiting'; reason: 'build-queued' | 'stream-not-created' }
  /** A poll came back empty or full; carries when the next one is due, for the log rule. */
  | { kind: 'polled'; at: number; nextPollAt: number; throttled: number }
  /** Reading is failing for now and goes on; cleared by the next `polled`. */
  | { kind: 'trouble'; error: import('./errors.ts').AppError; since: number; nextTryAt: number }
  /** Events between the two may be missing (a token was refused and the log re-read by time). */
  | { kind: 'gap'; after: number; before: number }
  /** Build over and the stream drained, or no log to be had. Last update. */
  | { kind: 'end'; reason: 'complete' | 'no-log' | 'disabled' | 's3-only'; detail?: string };
