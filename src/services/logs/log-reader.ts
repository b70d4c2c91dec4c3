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

/** Events kept back for comparison, by number and by length in UTF-16 units: more than a page of either. */
const remembered = { events: 20_000, length: 4 * 1024 * 1024 };
const rememberedTokens = 500;
/** How far before the last event a log is read again after a refused token. Milliseconds. */
const overlapMs = 60_000;

/** Answers with events but without a new token, in a row, that are waited for to come again with one. */
const patience = 3;

/**
 * Follows the forward tokens of GetLogEvents. A token is a place in the stream, which is what tells a page given twice
 * from equal lines printed twice:
 * - a new token: the events are new;
 * - the token sent, without events: the end, for now;
 * - the token sent, with events: an old answer once more, or the same events will come again with a new token;
 * - any other token seen before: an old answer once more.
 * A refused token (they live 24 hours) leads to reading again by time, leaving out what was already given.
 */
export function createLogReader(deps: {
  read: ReadLogPage;
  since?: number;
  /** Goes on at the token after these events, which were given already. */
  after?: { token: string; events: readonly LogEvent[] };
}): LogReader {
  const seen: string[] = [];
  let token = deps.after?.token;
  /** The last events given, oldest first. */
  let recent: LogEvent[] = [];
  let recentLength = 0;
  /** Newest stamp among the events no longer in `recent`. */
  let forgottenUntil = Number.NEGATIVE_INFINITY;
  /** Answers in a row that had events but no new token. */
  let stuck = 0;
  let newest = Number.NEGATIVE_INFINITY;
  let again: { bag: EventBag; from: number; until: number } | undefined;
  let started = deps.after !== undefined;

  const remember = (events: readonly LogEvent[]) => {
    for (const event of events) {
      newest = Math.max(newest, event.timestamp);
      recentLength += event.message.length;
      recent.push(event);
    }
    if (recent.length <= remembered.events && recentLength <= remembered.length) return;
    let dropped = 0;
    while (recent.length - dropped > remembered.events / 2 || recentLength > remembered.length / 2) {
      const event = recent[dropped];
      if (!event) break;
      forgottenUntil = Math.max(forgottenUntil, event.timestamp);
      recentLength -= event.message.length;
      dropped += 1;
    }
    recent = recent.slice(dropped);
  };

  if (deps.after) remember(deps.after.events);

  const place = () => {
    if (token !== undefined) return { token };
    const startTime = again?.from ?? deps.since;
    return startTime === undefined ? {} : { startTime };
  };

  /** Prepares to read again from a little before the last event, or as far back as all that was given is remembered. */
  const beginAgain = () => {
    token = undefined;
    // Reading again may well lead over the same places.
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
      if (again && (event.timestamp < again.from || again.bag.take(event))) continue;
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

  /** A server that never moves its token: what was not given lately counts, in the hope that it is new. */
  const notRecent = (events: LogEvent[]) => {
    const bag = bagOf(recent);
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
      const moved = next !== sent;
      if (moved && next !== undefined && seen.includes(next)) return { events: [], atEnd: false };
      started = true;
      stuck = moved || page.events.length === 0 ? 0 : stuck + 1;
      if (!moved && stuck <= patience) return { events: [], atEnd: stuck === 0 };
      const { events, gap } = withoutOld(moved ? page.events : notRecent(page.events));
      remember(events);
      if (moved && next !== undefined) {
        token = next;
        seen.push(next);
        if (seen.length > rememberedTokens) seen.splice(0, seen.length - rememberedTokens);
      }
      return { events, atEnd: !moved && events.length === 0, ...(gap ? { gap } : {}) };
    },
  };
}

/** A token of GetLogEvents that is older than 24 hours, or that the service does not know any more. */
export function isRefusedToken(error: unknown): boolean {
  return error instanceof AppError && sdkErrorFields(error.cause).name === 'InvalidParameterException';
}
