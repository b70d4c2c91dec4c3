/** A line as a writer hands it over. */
export type LogEvent = {
  /** Epoch milliseconds. */
  timestamp: number;
  message: string;
};

/** An event as it is kept; `sequence` counts from 0 within its stream, in the order of writing. */
export type StoredEvent = LogEvent & {
  sequence: number;
  /** Epoch milliseconds. */
  ingestionTime: number;
};

/** Where events of the sandbox's builds go. Groups come into being with their first stream. */
export type LogStore = {
  /** Makes the stream readable, empty. Does nothing where it exists. */
  createStream(group: string, stream: string): void;
  /**
   * Adds events at the end of a stream, creating it where needed; readable at once, on disk soon after. Order is the
   * order of the calls; a timestamp before its predecessor's is raised to it, as a stream is read by time too.
   * A promise says that the disk is behind: whoever awaits it keeps the memory bounded. It rejects where the log
   * cannot be written, and the next call throws.
   */
  append(group: string, stream: string, events: readonly LogEvent[]): void | Promise<void>;
  /** Resolves once everything appended so far is on disk, and frees the stream's file. */
  settle(group: string, stream: string): Promise<void>;
  /** Timestamp of a stream's last event; undefined where there is none. */
  lastEventAt(group: string, stream: string): Promise<number | undefined>;
  /** Removes a stream and its events for good. */
  remove(group: string, stream: string): Promise<void>;
};

/** Bytes CloudWatch Logs counts for an event beside its message. */
export const eventOverhead = 26;

/** The largest page and the largest event, counted with {@link eventOverhead}. */
export const maxPageBytes = 1024 ** 2;

export const maxPageEvents = 10_000;
