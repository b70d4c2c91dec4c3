import { AwsFailure } from '../http.ts';
import { readInput } from '../json-shape.ts';
import {
  badParameter,
  describeLimit,
  findGroup,
  groupArn,
  groupMembers,
  type LogsContext,
  streamName,
  token,
} from './inputs.ts';
import type { Group } from './store.ts';
import type { StreamFile } from './stream-file.ts';
import { decodeCursor, encodeCursor, invalidToken } from './tokens.ts';

const defaultLimit = 50;

const streamsShape = {
  type: 'structure',
  members: {
    ...groupMembers,
    logStreamNamePrefix: streamName,
    orderBy: { type: 'string', values: ['LogStreamName', 'LastEventTime'] },
    descending: { type: 'boolean' },
    nextToken: token,
    limit: describeLimit,
  },
} as const;

/** DescribeLogStreams, by name or by the time of the last event. */
export async function describeLogStreams(context: LogsContext, json: unknown): Promise<object> {
  const input = readInput(json, streamsShape, badParameter);
  const orderBy = input.orderBy ?? 'LogStreamName';
  const prefix = input.logStreamNamePrefix;
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw new AwsFailure(badParameter, 'Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const group = findGroup(context, input);
  const descending = input.descending ?? false;
  const streams = await Promise.all(
    [...group.streams.values()]
      .filter(({ name }) => prefix === undefined || name.startsWith(prefix))
      .map(async ({ name, open }) => ({ name, file: await open() })),
  );
  const byName = (a: Described, b: Described) => (a.name < b.name ? -1 : 1);
  const byTime = (a: Described, b: Described) => lastEvent(a) - lastEvent(b) || byName(a, b);
  streams.sort(orderBy === 'LastEventTime' ? byTime : byName);
  if (descending) streams.reverse();
  const request = JSON.stringify(['streams', group.name, orderBy, prefix, descending]);
  const page = pageOf(context, streams, input, request);
  return {
    logStreams: page.items.map((stream) => streamJson(context, group, stream)),
    ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
  };
}

const groupsShape = {
  type: 'structure',
  members: {
    logGroupNamePrefix: groupMembers.logGroupName,
    logGroupNamePattern: { type: 'string', max: 512, pattern: /^[.\-_/#A-Za-z0-9]*$/ },
    nextToken: token,
    limit: describeLimit,
  },
} as const;

/** DescribeLogGroups, by name. */
export async function describeLogGroups(context: LogsContext, json: unknown): Promise<object> {
  const input = readInput(json, groupsShape, badParameter);
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
  if (prefix !== undefined && pattern !== undefined) {
    throw new AwsFailure(badParameter, 'logGroupNamePrefix and logGroupNamePattern are mutually exclusive.');
  }
  const groups = [...context.reader.groups().values()]
    .filter(({ name }) => name.startsWith(prefix ?? '') && name.includes(pattern ?? ''))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(context, groups, input, JSON.stringify(['groups', prefix, pattern]));
  return {
    logGroups: await Promise.all(page.items.map((group) => groupJson(context, group))),
    ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
  };
}

type Described = { name: string; file: StreamFile };

function lastEvent({ file }: Described): number {
  return file.facts().span?.lastTimestamp ?? 0;
}

function streamJson(context: LogsContext, group: Group, { name, file }: Described): object {
  const { createdAt, span } = file.facts();
  return {
    logStreamName: name,
    creationTime: createdAt,
    ...(span && {
      firstEventTimestamp: span.firstTimestamp,
      lastEventTimestamp: span.lastTimestamp,
      lastIngestionTime: span.lastIngestionTime,
    }),
    arn: `${groupArn(context, group.name)}:log-stream:${name}`,
    // Always 0 since 2019, says the service's documentation.
    storedBytes: 0,
  };
}

async function groupJson(context: LogsContext, group: Group): Promise<object> {
  const files = await Promise.all([...group.streams.values()].map(({ open }) => open()));
  const arn = groupArn(context, group.name);
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: files.reduce((sum, file) => sum + file.facts().bytes, 0),
    logGroupClass: 'STANDARD',
  };
}

/** A page of named things in their order. The token holds the last name, so that a page stays right when others come. */
function pageOf<T extends { name: string }>(
  context: LogsContext,
  items: readonly T[],
  input: { nextToken?: string; limit?: number },
  request: string,
): { items: T[]; nextToken?: string } {
  let start = 0;
  if (input.nextToken !== undefined) {
    const last = decodeCursor(input.nextToken, request, context.now());
    start = items.findIndex(({ name }) => name === last) + 1;
    if (start === 0) throw invalidToken();
  }
  const page = items.slice(start, start + (input.limit ?? defaultLimit));
  const last = page.at(-1);
  const more = start + page.length < items.length && last !== undefined;
  return { items: page, ...(more ? { nextToken: encodeCursor(last.name, request, context.now()) } : {}) };
}
