import { AwsFailure } from '../http.ts';
import { readInput } from '../json-shape.ts';
import {
  badParameter,
  eventLimit,
  findGroup,
  findStream,
  groupMembers,
  type LogsContext,
  streamId,
  streamName,
  time,
  token,
} from './inputs.ts';
import type { StreamFile } from './stream-file.ts';
import { decodePosition, encodePosition, type Position } from './tokens.ts';
import { maxPageEvents, type StoredEvent } from './types.ts';

const shape = {
  type: 'structure',
  members: {
    ...groupMembers,
    logStreamName: streamName,
    startTime: time,
    endTime: time,
    nextToken: token,
    limit: eventLimit,
    startFromHead: { type: 'boolean' },
    unmask: { type: 'boolean' },
  },
  required: ['logStreamName'],
} as const;

/**
 * GetLogEvents. Pages hold events in the order of writing whichever way is read: a forward token goes on after the page,
 * a backward token before it. At either end the token that was sent comes back, the sign that there is no more for now.
 * startTime is inclusive, endTime exclusive.
 */
export async function getLogEvents(context: LogsContext, json: unknown): Promise<object> {
  const input = readInput(json, shape, badParameter);
  const group = findGroup(context, input);
  const stream = findStream(group, input.logStreamName);
  const file = await stream.open();
  const id = streamId(group, stream);
  const now = context.now();
  const sent = input.nextToken === undefined ? undefined : decodePosition(input.nextToken, id, now);
  if (sent?.direction === 'forward' && input.startFromHead !== true) {
    const message = 'startFromHead must be true when a nextForwardToken is passed as nextToken.';
    throw new AwsFailure(badParameter, message);
  }

  const window = await windowOf(file, input.startTime, input.endTime);
  const limit = input.limit ?? maxPageEvents;
  const start = sent ?? firstPosition(window, input.startFromHead ?? false);
  const page = await readPage(file, start, window, limit);

  const same = (position: Position): boolean =>
    sent?.direction === position.direction && sent.sequence === position.sequence;
  const encode = (position: Position): string =>
    same(position) && input.nextToken !== undefined ? input.nextToken : encodePosition(position, id, now);
  return {
    events: page.events.map(({ timestamp, message, ingestionTime }) => ({
      timestamp,
      message,
      ingestionTime,
    })),
    nextForwardToken: encode({ direction: 'forward', sequence: page.end }),
    nextBackwardToken: encode({ direction: 'backward', sequence: page.begin }),
  };
}

/** Sequence numbers between which events are in the time asked for; the end is exclusive. */
type Window = { begin: number; end: number };

async function windowOf(file: StreamFile, startTime?: number, endTime?: number): Promise<Window> {
  return {
    begin: startTime === undefined ? 0 : await file.firstAt(startTime),
    end: endTime === undefined ? Number.POSITIVE_INFINITY : await file.firstAt(endTime),
  };
}

function firstPosition(window: Window, fromHead: boolean): Position {
  return fromHead
    ? { direction: 'forward', sequence: window.begin }
    : { direction: 'backward', sequence: window.end };
}

type Page = { events: StoredEvent[]; begin: number; end: number };

/** The events of a page, and the sequence numbers it lies between: both at the start where it is empty. */
async function readPage(file: StreamFile, start: Position, window: Window, limit: number): Promise<Page> {
  if (start.direction === 'forward') {
    const begin = Math.max(start.sequence, window.begin);
    const wanted = Math.min(limit, window.end - begin);
    const events = wanted > 0 ? await file.from(begin, wanted) : [];
    // An empty page stays where it was, so that its token comes back as it was sent.
    const from = events[0]?.sequence ?? start.sequence;
    return { events, begin: from, end: (events.at(-1)?.sequence ?? from - 1) + 1 };
  }
  const end = Math.min(start.sequence, window.end, file.facts().count);
  const wanted = Math.min(limit, end - window.begin);
  const events = wanted > 0 ? await file.before(end, wanted) : [];
  const from = events[0]?.sequence ?? Math.min(start.sequence, file.facts().count);
  return { events, begin: from, end: (events.at(-1)?.sequence ?? from - 1) + 1 };
}
