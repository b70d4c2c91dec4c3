import type { SandboxAccount } from '../account.ts';
import { AwsFailure } from '../http.ts';
import type { Group, LogReader, Stream } from './store.ts';

export type LogsContext = {
  account: Pick<SandboxAccount, 'accountId' | 'region'>;
  reader: LogReader;
  now(): number;
};

/** Members that several operations take; bounds from the service's model. */
export const groupMembers = {
  logGroupName: { type: 'string', min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ },
  logGroupIdentifier: { type: 'string', min: 1, max: 2048, pattern: /^[\w#+=/:,.@-]*$/ },
} as const;

export const streamName = { type: 'string', min: 1, max: 512, pattern: /^[^:*]*$/ } as const;
export const token = { type: 'string', min: 1 } as const;
export const eventLimit = { type: 'integer', min: 1, max: 10_000 } as const;
export const describeLimit = { type: 'integer', min: 1, max: 50 } as const;
export const time = { type: 'integer', min: 0 } as const;

export const badParameter = 'InvalidParameterException';

/** The group an input names, by name or ARN. @throws AwsFailure ResourceNotFoundException. */
export function findGroup(
  context: LogsContext,
  input: { logGroupName?: string; logGroupIdentifier?: string },
): Group {
  const { logGroupName, logGroupIdentifier } = input;
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    const message = 'Exactly one of logGroupName and logGroupIdentifier must be given.';
    throw new AwsFailure(badParameter, message);
  }
  const name = logGroupName ?? groupNameOf(context, logGroupIdentifier ?? '');
  const group = context.reader.groups().get(name);
  if (group === undefined) throw notFound('group');
  return group;
}

/** @throws AwsFailure ResourceNotFoundException, which is what a log says before its build is provisioned. */
export function findStream(group: Group, name: string): Stream {
  const stream = group.streams.get(name);
  if (stream === undefined) throw notFound('stream');
  return stream;
}

/** Without the `:*` that some of AWS's ARNs of a group carry; the identifier in an input must not have it. */
export function groupArn({ account }: LogsContext, group: string): string {
  return `arn:aws:logs:${account.region}:${account.accountId}:log-group:${group}`;
}

/** Tells streams apart across groups, in tokens and event ids. */
export function streamId(group: Group, stream: { name: string }): string {
  return `${group.name}\n${stream.name}`;
}

function groupNameOf(context: LogsContext, identifier: string): string {
  if (!identifier.startsWith('arn:')) return identifier;
  const prefix = groupArn(context, '');
  if (!identifier.startsWith(prefix)) throw notFound('group');
  return identifier.slice(prefix.length);
}

function notFound(what: 'group' | 'stream'): AwsFailure {
  return new AwsFailure('ResourceNotFoundException', `The specified log ${what} does not exist.`);
}
