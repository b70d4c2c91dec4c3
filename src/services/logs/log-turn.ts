import type { LogLine, LogUpdate } from '../../domain/log.ts';
import { splitLogMessage } from '../../domain/sanitise.ts';
import type { LogEvent } from './log-events.ts';

export type Waiting = (LogUpdate & { kind: 'waiting' })['reason'];
export type End = LogUpdate & { kind: 'end' };

/** What one turn of following a log brought. */
export type Turn = {
  lines: LogLine[];
  /** Lines that stand before all given so far. */
  older?: { lines: LogLine[]; isBeginning: boolean };
  gap?: { after: number; before: number };
  waiting?: Waiting;
  end?: End | undefined;
  /** Milliseconds until the next turn. */
  pause: number;
};

/** Milliseconds. AWS shares its quota for reading logs over the account: about one call a second a log is polite. */
export const pauses = {
  /** While there is more to read than the last page held. */
  catchUp: 100,
  lively: 1_000,
  quietest: 5_000,
  /** For a stream that is not there yet. */
  waiting: 2_000,
  draining: 2_500,
  closing: 700,
  /** Between older pages once the screen has what it shows at first: nobody waits for them. */
  upwards: 1_000,
};

/** Empty pages with a new token are normal; this many in a row are asked for quickly. */
export const quickEmpties = 20;

export const over = (reason: End['reason'], detail?: string): Turn => ({
  lines: [],
  pause: 0,
  end: { kind: 'end', reason, ...(detail ? { detail } : {}) },
});

/** An event's message may hold several lines; each bears the event's stamp. */
export function toLines(event: LogEvent): LogLine[] {
  return splitLogMessage(event.message).map((text) => ({ timestamp: event.timestamp, text }));
}
