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

/** GetLogEvents on one stream. `tries`: followers leave trying again to their loop. */
export function createReadLogPage(deps: {
  aws: AwsClients;
  region: string;
  group: string;
  stream: string;
  tries: CallOptions;
}): ReadLogPage {
  const { aws, region, group, stream, tries } = deps;
  return (position, signal) =>
    aws.call(
      { doing: `Reading the log ${group}/${stream}`, action: 'logs:GetLogEvents' },
      signal,
      async (abortSignal) => {
        const client = await aws.logs(region);
        const { GetLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
        const answer = await client.send(
          new GetLogEventsCommand({
            logGroupName: group,
            logStreamName: stream,
            // Must be true with a forward token, too.
            startFromHead: true,
            ...(position.token === undefined
              ? { startTime: position.startTime }
              : { nextToken: position.token }),
          }),
          { abortSignal },
        );
        return {
          events: (answer.events ?? []).map((event) => ({
            timestamp: stamp(event.timestamp) ?? stamp(event.ingestionTime) ?? 0,
            ingestionTime: stamp(event.ingestionTime) ?? 0,
            message: typeof event.message === 'string' ? event.message : '',
          })),
          nextToken: answer.nextForwardToken,
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
