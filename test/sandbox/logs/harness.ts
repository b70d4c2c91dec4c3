import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeLogGroupsResponse$,
  DescribeLogStreamsResponse$,
  FilterLogEventsResponse$,
  GetLogEventsResponse$,
  LogGroupClass,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, onTestFinished } from 'vitest';
import { createLogs } from '../../../src/sandbox/logs/logs.ts';
import { callJson } from '../../support/json-call.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { schemaFaults } from '../../support/sdk-schema.ts';

export const group = '/aws/codebuild/claude-code-auth-linux-x64-build';
export const start = Date.UTC(2026, 10, 20, 10);

export type Event = { timestamp: number; message: string; ingestionTime: number };
export type EventPage = { events: Event[]; nextForwardToken: string; nextBackwardToken: string };
export type FoundEvent = Event & { logStreamName: string; eventId: string };
export type FilterPage = { events: FoundEvent[]; nextToken?: string; searchedLogStreams: unknown[] };

/** A folder that goes with the test. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ccwb-logs-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Logs on a clock that stands still; every answer is checked against the SDK's schema. */
export async function openLogs(options: { dir?: string; clock?: ManualClock } = {}) {
  const clock = options.clock ?? createManualClock(start);
  const dir = options.dir ?? (await temporaryDir());
  const account = { accountId: '123456789012', region: 'us-east-1' };
  const logs = await createLogs({ dir, clock, account });
  onTestFinished(() => logs.close());
  const call = async <T>(operation: string, schema: Parameters<typeof schemaFaults>[0], input: object) => {
    const json = await callJson(logs.service, `Logs_20140328.${operation}`, input);
    expect(schemaFaults(schema, json, { 'LogGroup.logGroupClass': LogGroupClass })).toEqual([]);
    return json as T;
  };
  return {
    ...logs,
    dir,
    clock,
    /** Appends `count` numbered lines a millisecond apart. */
    fill: async (stream: string, count: number, from = start) => {
      const events = Array.from({ length: count }, (_, index) => ({
        timestamp: from + index,
        message: `${stream} ${index}\n`,
      }));
      await logs.store.append(group, stream, events);
    },
    get: (input: object) =>
      call<EventPage>('GetLogEvents', GetLogEventsResponse$, { logGroupName: group, ...input }),
    filter: (input: object) =>
      call<FilterPage>('FilterLogEvents', FilterLogEventsResponse$, { logGroupName: group, ...input }),
    streams: (input: object) =>
      call<{ logStreams: Record<string, unknown>[]; nextToken?: string }>(
        'DescribeLogStreams',
        DescribeLogStreamsResponse$,
        { logGroupName: group, ...input },
      ),
    groups: (input: object) =>
      call<{ logGroups: Record<string, unknown>[]; nextToken?: string }>(
        'DescribeLogGroups',
        DescribeLogGroupsResponse$,
        input,
      ),
  };
}
