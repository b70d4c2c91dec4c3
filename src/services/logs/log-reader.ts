import { AppError } from '../../domain/errors.ts';
import { sdkErrorFields } from '../sdk-errors/fields.ts';
import { bagOf, type EventBag } from './event-bag.ts';
import type { LogEvent, ReadLogPage } from './log-events.ts';

/** What one page added. */
export type LogStep = {
  /** Events not given before, in order. */
  events: LogEvent[];
  /** The end, as far as it is known: the server gave back the token it was sent. */
  atEnd: boolean;
  /** Events between these stamps (epoch ms) may be missing. */
  gap?: { after: number; before: number };
};

/** Reads a stream page by page, each event exactly once and in order. A step that throws is simply repeated. */
export type LogReader = {
  step(signal: AbortSignal): Promise<LogStep>;
  /** True once anything was read. */
  started(): boolean;
};

/** Events kept back for comparison: more than a page, so that a page given twice is known again. */
const remembered = 20_000;
const rememberedTokens = 500;
/** How far before the last event a log is read again after a refused token. Milliseconds. */
const overlapMs = 60_000;

/**
 * Follows the forward tokens of GetLogEvents. A token is a place in the stream, which is what tells a page given twice
 * from equal lines printed twice:
 * - a new token: all its events are new, but for those an earlier answer to the same token already gave;
 * - the token sent: the end; should events come with it, those not seen lately count;
 * - any other token seen before: an old answer once more, nothing in it is new.
 * A refused token (they live 24 hours) leads to reading again by time, leaving out what was already given.
 */
export function createLogReader(deps: { read: ReadLogPage; since?: number }): LogReader {
  const seen: string[] = [];
  let token: string | undefined;
  /** The last events given, oldest first. */
  let recent: LogEvent[] = [];
  /** Newest stamp among the events no longer in `recent`. */
  let forgottenUntil = Number.NEGATIVE_INFINITY;
  /** Events already given in answer to the present token. */
  let sinceToken: LogEvent[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let again: { bag: EventBag; from: number; until: number } | undefined;
  let started = false;

  const remember = (events: readonly LogEvent[]) => {
    for (const event of events) newest = Math.max(newest, event.timestamp);
    recent.push(...events);
    if (recent.length <= remembered * 2) return;
    for (const event of recent.slice(0, -remembered)) {
      forgottenUntil = Math.max(forgottenUntil, event.timestamp);
    }
    recent = recent.slice(-remembered);
  };

  const place = () => {
    if (token !== undefined) return { token };
    const startTime = again?.from ?? deps.since;
    return startTime === undefined ? {} : { startTime };
  };

  /** Prepares to read again from a little before the last event, or as far back as all that was given is remembered. */
  const beginAgain = () => {
    token = undefined;
    sinceToken = [];
    seen.length = 0;
    if (!started || newest === Number.NEGATIVE_INFINITY) return;
    const from = Math.min(newest, Math.max(newest - overlapMs, forgottenUntil + 1));
    again = { bag: bagOf(recent.filter((event) => event.timestamp >= from)), from, until: newest };
  };

  /** Leaves out, while reading again, what was given before; tells a gap where the old end is not met again. */
  const withoutOld = (
    events: LogEvent[],
  ): { events: LogEvent[]; gap?: { after: number; before: number } } => {
    const fresh: LogEvent[] = [];
    let gap: { after: number; before: number } | undefined;
    for (const event of events) {
      if (again?.bag.take(event)) continue;
      if (again && event.timestamp > again.until) {
        // Past the old end: had all that was given come by again, nothing can have slipped between.
        if (again.bag.size() > 0 || again.from <= forgottenUntil) {
          gap = { after: again.until, before: event.timestamp };
        }
        again = undefined;
      }
      fresh.push(event);
    }
    return gap ? { events: fresh, gap } : { events: fresh };
  };

  const withoutTaken = (events: LogEvent[], known: readonly LogEvent[]) => {
    if (events.length === 0 || known.length === 0) return events;
    const bag = bagOf(known);
    return events.filter((event) => !bag.take(event));
  };

  return {
    started: () => started,
    async step(signal) {
      const sent = token;
      let page: Awaited<ReturnType<ReadLogPage>>;
      try {
        page = await deps.read(place(), signal);
      } catch (error) {
        if (sent === undefined || !isRefusedToken(error)) throw error;
        beginAgain();
        return { events: [], atEnd: false };
      }
      const next = page.nextToken ?? sent;
      const isEnd = next === sent;
      if (!isEnd && next !== undefined && seen.includes(next)) return { events: [], atEnd: false };
      started = true;
      const { events, gap } = withoutOld(withoutTaken(page.events, isEnd ? recent : sinceToken));
      remember(events);
      if (isEnd) {
        sinceToken.push(...events);
      } else {
        sinceToken = [];
        token = next;
        if (next !== undefined) seen.push(next);
        if (seen.length > rememberedTokens) seen.splice(0, seen.length - rememberedTokens);
      }
      return { events, atEnd: isEnd && events.length === 0, ...(gap ? { gap } : {}) };
    },
  };
}

function isRefusedToken(error: unknown): boolean {
  return error instanceof AppError && sdkErrorFields(error.cause).name === 'InvalidParameterException';
}
