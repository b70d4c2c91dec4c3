import { bagOf, type EventBag } from './event-bag.ts';
import type { LogEvent, ReadOlderPage } from './log-events.ts';
import { isRefusedToken } from './log-reader.ts';

/** What one page added at the top. */
export type OlderStep = {
  /** Events not given before, oldest first; all stand before those given so far. */
  events: LogEvent[];
  /** The beginning: the server gave back the token it was sent, time and again. */
  atBeginning: boolean;
  /** Events between these stamps (epoch ms) may be missing; they stand after `events`. */
  gap?: { after: number; before: number };
  /** Only with the first page: where what is written after it will be. */
  forwardToken?: string;
};

/** Reads a stream from its end upwards, each event exactly once. A step that throws is simply repeated. */
export type BackwardReader = { step(signal: AbortSignal): Promise<OlderStep> };

/** Enough for every screen, and on the screen sooner than a whole page of 1 MB. */
const firstPageEvents = 1_000;
/** Events of one stamp kept for comparison: more than a page. */
const rememberedEvents = 20_000;
const rememberedTokens = 500;
/** Answers with events but without a new token, in a row, that are waited for to come again with one. */
const patience = 3;
/** Beginnings seen in a row before it is believed: an old answer may look like one. */
const beginningsNeeded = 3;

/**
 * Follows the backward tokens of GetLogEvents; what a token tells is as with the forward ones, see `createLogReader`.
 * A refused token leads to reading again by time, up to and with the oldest stamp, leaving out what was given of it.
 * Where that cannot be told apart any more the rest of that stamp is left out, and a gap told.
 */
export function createBackwardReader(deps: { read: ReadOlderPage }): BackwardReader {
  const seen: string[] = [];
  let token: string | undefined;
  let oldest = Number.POSITIVE_INFINITY;
  /** What was given of the oldest stamp; undefined once that was too much to keep. */
  let ofOldest: LogEvent[] | undefined = [];
  /** What the last page with events held. */
  let previous: LogEvent[] = [];
  let stuck = 0;
  let beginnings = 0;
  /** Reading by time: up to `endTime`, exclusive, without what is in the bag. */
  let again: { bag: EventBag; endTime: number; gapBefore?: number } | undefined;
  /** The last answer by time held nothing but what was given before. */
  let inVain = false;

  const remember = (events: readonly LogEvent[]) => {
    if (events.length === 0) return;
    previous = [...events];
    for (const event of events) {
      if (event.timestamp < oldest) {
        oldest = event.timestamp;
        ofOldest = [];
      }
      if (event.timestamp === oldest) ofOldest?.push(event);
    }
    if (ofOldest && ofOldest.length > rememberedEvents) ofOldest = undefined;
  };

  const beginAgain = () => {
    token = undefined;
    // Reading again may well lead over the same places.
    seen.length = 0;
    stuck = 0;
    beginnings = 0;
    const pending = again?.gapBefore;
    if (oldest === Number.POSITIVE_INFINITY) again = undefined;
    else if (ofOldest && !inVain && pending === undefined) {
      again = { bag: bagOf(ofOldest), endTime: oldest + 1 };
    } else again = { bag: bagOf([]), endTime: oldest, gapBefore: pending ?? oldest };
    inVain = false;
  };

  const place = () => {
    if (token !== undefined) return { token };
    return again ? { endTime: again.endTime } : { limit: firstPageEvents };
  };

  /** Leaves out, while reading again, what was given before; tells a gap where that was not met again. */
  const withoutOld = (events: readonly LogEvent[]): { events: LogEvent[]; gap?: OlderStep['gap'] } => {
    const fresh: LogEvent[] = [];
    let gap: OlderStep['gap'];
    for (const event of events.toReversed()) {
      if (again && (event.timestamp >= again.endTime || again.bag.take(event))) continue;
      if (again && event.timestamp < oldest) {
        gap = openGap(event.timestamp);
        again = undefined;
      }
      fresh.push(event);
    }
    return { events: fresh.reverse(), ...(gap ? { gap } : {}) };
  };

  /** The gap that reading again has left, if it is certain or may be. */
  const openGap = (after: number): OlderStep['gap'] => {
    if (!again || (again.gapBefore === undefined && again.bag.size() === 0)) return undefined;
    return { after, before: again.gapBefore ?? oldest };
  };

  return {
    async step(signal) {
      const sent = token;
      const isFirst = sent === undefined && again === undefined;
      let page: Awaited<ReturnType<ReadOlderPage>>;
      try {
        page = await deps.read(place(), signal);
      } catch (error) {
        if (sent === undefined || !isRefusedToken(error)) throw error;
        beginAgain();
        return { events: [], atBeginning: false };
      }
      const next = page.nextToken ?? sent;
      const moved = next !== sent;
      if (moved && next !== undefined && seen.includes(next)) return { events: [], atBeginning: false };
      stuck = moved || page.events.length === 0 ? 0 : stuck + 1;
      if (!moved && stuck > 0 && stuck <= patience) return { events: [], atBeginning: false };
      const lately = moved ? undefined : bagOf(previous);
      const { events, gap } = withoutOld(page.events.filter((event) => !lately?.take(event)));
      inVain = page.events.length > 0 && events.length === 0;
      remember(events);
      if (moved && next !== undefined) {
        token = next;
        seen.push(next);
        if (seen.length > rememberedTokens) seen.splice(0, seen.length - rememberedTokens);
      }
      beginnings = !moved && events.length === 0 ? beginnings + 1 : 0;
      const atBeginning = beginnings >= beginningsNeeded;
      // Nothing older came: what is missing stands at the very beginning.
      const last = atBeginning ? openGap(oldest) : undefined;
      if (last) again = undefined;
      const told = gap ?? last;
      return {
        events,
        atBeginning,
        ...(told ? { gap: told } : {}),
        ...(isFirst && page.forwardToken !== undefined ? { forwardToken: page.forwardToken } : {}),
      };
    },
  };
}
