import { AwsFailure } from '../http.ts';
import { readInput } from '../json-shape.ts';
import { parseFilterPattern } from './filter-pattern.ts';
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
import { type EventKey, mergeStreams } from './merge-streams.ts';
import { decodeCursor, encodeCursor, eventId, invalidToken } from './tokens.ts';
import { eventOverhead, maxPageBytes, maxPageEvents } from './types.ts';

const shape = {
  type: 'structure',
  members: {
    ...groupMembers,
    logStreamNames: { type: 'list', of: streamName, min: 1, max: 100 },
    logStreamNamePrefix: streamName,
    startTime: time,
    endTime: time,
    filterPattern: { type: 'string', max: 1024 },
    nextToken: token,
    limit: eventLimit,
    startFromHead: { type: 'boolean' },
    interleaved: { type: 'boolean' },
    unmask: { type: 'boolean' },
  },
} as const;

/** A call looks at so many events at most; where none of them matches, its page is empty and has a token. */
const maxScanned = 50_000;

/** Reading newest first is offered for times from 2024 on only. */
const newestFirstSince = Date.UTC(2024, 0, 1);

/**
 * FilterLogEvents: the events of several streams merged by time, both ends of the time range inclusive. The end is an
 * answer without nextToken.
 */
export async function filterLogEvents(context: LogsContext, json: unknown): Promise<object> {
  const input = readInput(json, shape, badParameter);
  const { logStreamNames: names, logStreamNamePrefix: prefix, startTime, endTime } = input;
  if (names !== undefined && prefix !== undefined) {
    throw new AwsFailure(badParameter, 'logStreamNames and logStreamNamePrefix are mutually exclusive.');
  }
  const group = findGroup(context, input);
  const matches = parseFilterPattern(input.filterPattern ?? '');
  const request = JSON.stringify([group.name, names, prefix, startTime, endTime, input.filterPattern]);
  const cursor =
    input.nextToken === undefined ? undefined : readCursor(input.nextToken, request, context.now());
  const newestFirst = cursor?.newestFirst ?? input.startFromHead === false;
  if (newestFirst && (startTime ?? 0) < newestFirstSince) {
    const message = 'startFromHead can be false only with a startTime on or after January 1, 2024.';
    throw new AwsFailure(badParameter, message);
  }

  const streams = names?.map((name) => findStream(group, name)) ?? [
    ...[...group.streams.values()].filter(({ name }) => name.startsWith(prefix ?? '')),
  ];
  const merged = mergeStreams(
    await Promise.all(streams.map(async ({ name, open }) => ({ name, file: await open() }))),
    { newestFirst, from: startTime ?? 0, to: endTime ?? Number.MAX_SAFE_INTEGER, after: cursor?.key },
  );

  const events: object[] = [];
  const limit = input.limit ?? maxPageEvents;
  let room = maxPageBytes;
  let scanned = 0;
  let last: EventKey | undefined;
  let more = false;
  for await (const { stream, event } of merged) {
    const size = Buffer.byteLength(event.message) + eventOverhead;
    const wanted = matches(event.message);
    if (scanned >= maxScanned || (wanted && (size > room || events.length >= limit))) {
      more = true;
      break;
    }
    scanned += 1;
    last = { timestamp: event.timestamp, stream, sequence: event.sequence };
    if (!wanted) continue;
    room -= size;
    events.push({
      logStreamName: stream,
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.ingestionTime,
      eventId: eventId(event.timestamp, streamId(group, { name: stream }), event.sequence),
    });
  }
  const next = more ? encodeCursor({ newestFirst, key: last }, request, context.now()) : undefined;
  // The list of searched streams has been empty since 2020.
  return { events, searchedLogStreams: [], ...(next === undefined ? {} : { nextToken: next }) };
}

type Cursor = { newestFirst: boolean; key: EventKey };

function readCursor(sent: string, request: string, now: number): Cursor {
  const cursor = decodeCursor(sent, request, now) as Partial<Cursor> | null;
  const key = cursor?.key;
  const valid =
    typeof cursor?.newestFirst === 'boolean' &&
    Number.isSafeInteger(key?.timestamp) &&
    Number.isSafeInteger(key?.sequence) &&
    typeof key?.stream === 'string';
  if (!valid) throw invalidToken();
  return cursor as Cursor;
}
