import type { CallOptions } from '../aws-call.ts';
import type { AwsClients } from '../aws-clients.ts';

/** A log event as CloudWatch gives it, raw; times are epoch milliseconds. */
export type LogEvent = { timestamp: number; ingestionTime: number; message: string };

export type LogPage = {
  events: LogEvent[];
  /** Where to go on; the token sent where the end was reached. Never absent on AWS. */
  nextToken: string | undefined;
};

export type LogPosition =
  /** After what was read last. */
  | { token: string }
  /** From the beginning, or from the events stamped at or after `startTime`. */
  | { token?: undefined; startTime?: number };

/** Reads one page (up to 1 MB or 10,000 events, maybe fewer or none) of a stream, oldest first. */
export type ReadLogPage = (position: LogPosition, signal: AbortSignal) => Promise<LogPage>;

export type OlderPosition =
  /** Before what was read last. */
  | { token: string }
  /** At the end, or before the events stamped `endTime` or later; `limit` events at most. */
  | { token?: undefined; endTime?: number; limit?: number };

/** A page read upwards: its events oldest first all the same. */
export type OlderPage = LogPage & {
  /** Where what came after these events begins. */
  forwardToken: string | undefined;
};

/** Reads one page of a stream, from its end upwards. */
export type ReadOlderPage = (position: OlderPosition, signal: AbortSignal) => Promise<OlderPage>;

type StreamDeps = {
  aws: AwsClients;
  region: string;
  group: string;
  stream: string;
  /** Followers leave trying again to their loop. */
  tries: CallOptions;
};

/** GetLogEvents on one stream, downwards. */
export function createReadLogPage(deps: StreamDeps): ReadLogPage {
  return async (position, signal) => {
    const { events, forward } = await getLogEvents(
      deps,
      // Must be true with a forward token, too.
      { startFromHead: true, ...placeOf(position) },
      signal,
    );
    return { events, nextToken: forward };
  };
}

/** GetLogEvents on one stream, upwards. */
export function createReadOlderPage(deps: StreamDeps): ReadOlderPage {
  return async (position, signal) => {
    const { events, forward, backward } = await getLogEvents(
      deps,
      { startFromHead: false, ...placeOf(position) },
      signal,
    );
    return { events, nextToken: backward, forwardToken: forward };
  };
}

function placeOf<P extends { token?: string | undefined }>(position: P) {
  const { token, ...rest } = position;
  return token === undefined ? rest : { nextToken: token };
}

function getLogEvents(
  deps: StreamDeps,
  place: {
    startFromHead: boolean;
    nextToken?: string;
    startTime?: number;
    endTime?: number;
    limit?: number;
  },
  signal: AbortSignal,
) {
  const { aws, region, group, stream, tries } = deps;
  return aws.call(
    { doing: `Reading the log ${group}/${stream}`, action: 'logs:GetLogEvents' },
    signal,
    async (abortSignal) => {
      const client = await aws.logs(region);
      const { GetLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
      const answer = await client.send(
        new GetLogEventsCommand({
          logGroupName: group,
          logStreamName: stream,
          ...place,
        }),
        { abortSignal },
      );
      return {
        events: (answer.events ?? []).map((event) => ({
          timestamp: stamp(event.timestamp) ?? stamp(event.ingestionTime) ?? 0,
          ingestionTime: stamp(event.ingestionTime) ?? 0,
          message: typeof event.message === 'string' ? event.message : '',
        })),
        forward: answer.nextForwardToken,
        backward: answer.nextBackwardToken,
      };
    },
    tries,
  );
}

/** Milliseconds from the epoch that a Date can hold, either way. */
const farthest = 8.64e15;

/** The SDK hands on whatever stands where its types promise a number. */
const stamp = (value: number | undefined): number | undefined =>
  typeof value === 'number' && Math.abs(value) <= farthest ? value : undefined;
