import type { LogEnd } from '../domain/log.ts';
import type { Trouble } from './state-trouble.ts';

/** The log's counters, as the model outside the state reports them. */
export type LogProgress = {
  /** Raised with every change of the lines. */
  version: number;
  /** Number of the next line at the end. Lines keep their numbers; older ones that come later have negative ones. */
  count: number;
  /** Number of the oldest line still held. */
  first: number;
  /** Number of the log's very first line, held or not; undefined until it is known. */
  origin: number | undefined;
  /** Of the lines before the first: they are being read, or there is no room for them. */
  older: 'loading' | 'not-held' | undefined;
  gaps: number;
  /** Epoch ms of the last answer that held lines. */
  lastLinesAt: number | undefined;
  throttled: number;
  /** Epoch ms at which the log is asked for again; undefined while nobody knows. */
  nextPollAt: number | undefined;
  waiting: 'build-queued' | 'stream-not-created' | undefined;
  trouble: Trouble | undefined;
  end: { reason: LogEnd; detail?: string } | undefined;
};

/** The first column of the log: clock times in the local zone or in UTC, time since the build's start, or nothing. */
export const timeColumns = ['clock', 'utc', 'since', 'off'] as const;

export type TimeColumn = (typeof timeColumns)[number];

/** What looking through a log has found so far. */
export type Findings = {
  /** Lines: those with a hit, or those that a filter shows. */
  count: number;
  /** Whether all lines that there are were looked at. */
  isComplete: boolean;
  /** Why what was typed is looked for as plain text. */
  problem?: string;
};

export type LogView = LogProgress & {
  follow: boolean;
  /** Line, and row of it where lines are wrapped, at the top of the window while not following. */
  top: number;
  topRow: number;
  /** Columns scrolled to the right; never where lines are wrapped. */
  left: number;
  wrap: boolean;
  time: TimeColumn;
  /** Lines that were there when following was paused, for "46 new below". */
  countAtPause: number;
  /** What is looked for in the log; hits are marked on screen. */
  find: string;
  found: Findings | undefined;
  /** How many hits lie before the line jumped to, where that is one. */
  foundAt: number | undefined;
  /** Where typing began to look for something: hits are counted from there, and `esc` leads back. */
  findFrom: LogSpot | undefined;
  /** Only lines that hold this are shown, with so many lines around each. */
  filter: string;
  context: number;
  kept: Findings | undefined;
  /** Line that was jumped to: a hit, an error, the beginning of a phase, a mark. */
  mark: number | undefined;
  /** Lines marked by letters. */
  marks: Readonly<Record<string, number>>;
  /** The letter marked last: the other end of the range that is copied. */
  lastMark: string | undefined;
  /** Where the reader was before the last jump, for `''`. */
  before: LogSpot | undefined;
};

/** Where the window stands, and the line it was moved there for. */
export type LogPlacement = Pick<LogView, 'follow' | 'top' | 'topRow'> & { mark?: number | undefined };

/** A place the reader may come back to. */
export type LogSpot = Pick<LogView, 'follow' | 'top' | 'topRow' | 'mark'>;
