import type { ServiceName } from '../dialect.ts';
import { dialects } from '../dialect.ts';
import type { AwsFailure } from '../http.ts';
import { refusal } from '../refusals.ts';
import { routeOf } from '../s3/route.ts';
import { queryOf, type RequestHead, readQuery } from './request-head.ts';

/** Prefix of `x-amz-target` by JSON service. */
const targets: Partial<Record<ServiceName, string>> = {
  codebuild: 'CodeBuild_20161006',
  logs: 'Logs_20140328',
  ssm: 'AmazonSSM',
  secretsmanager: 'secretsmanager',
};

/**
 * What operation of the service a request asks for, as the SDK names it.
 * @param body of JSON and Query services; empty for S3, whose operations show in method, path and query.
 * @throws AwsFailure where it asks for none, or one of a service it is not signed for.
 */
export function operationOf(service: ServiceName, head: RequestHead, body: Buffer): string {
  if (service === 's3') {
    return routeOf({
      method: head.method,
      path: head.path,
      query: queryOf(head),
      headers: head.headers,
    }).operation;
  }
  if (service === 'ccwb-sandbox') return head.path;
  return dialects[service] === 'json' ? jsonOperation(service, head) : queryOperation(head, body);
}

/** The failure for a service that is not offered at all, naming it and, where it shows, the operation. */
export function unknownService(service: string, head: RequestHead, body: Buffer): AwsFailure {
  const asked =
    head.headers['x-amz-target'] ?? parameter(head, body, 'Action') ?? `${head.method} ${head.rawPath}`;
  return refusal(
    head.dialect,
    'unknown-operation',
    `The sandbox does not offer the service ${service} (${asked}).`,
  );
}

function jsonOperation(service: ServiceName, head: RequestHead): string {
  const target = head.headers['x-amz-target'] ?? '';
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, Math.max(dot, 0));
  const operation = target.slice(dot + 1);
  if (head.method !== 'POST' || head.path !== '/' || prefix === '' || operation === '') {
    throw refusal(
      'json',
      'unknown-operation',
      `${head.method} ${head.rawPath} is no operation of ${service}.`,
    );
  }
  if (prefix === targets[service]) return operation;
  const owner = Object.entries(targets).find(([, other]) => other === prefix)?.[0];
  throw owner === undefined
    ? refusal('json', 'unknown-operation', `The sandbox does not offer ${target}.`)
    : refusal('json', 'wrong-scope', `Credential should be scoped to correct service: '${owner}'.`);
}

function queryOperation(head: RequestHead, body: Buffer): string {
  const action = parameter(head, body, 'Action');
  if (head.path === '/' && action) return action;
  throw refusal('query', 'unknown-operation', `${head.method} ${head.rawPath} names no Action.`);
}

/** A parameter of a Query request: from its form, or from the address of a GET. */
function parameter(head: RequestHead, body: Buffer, name: string): string | undefined {
  return queryParameters(head.method, head.query, body).get(name);
}

/**
 * All parameters of a Query request; the first of a repeated one counts.
 * @throws AwsFailure where the form's encoding is broken.
 */
export function queryParameters(
  method: string,
  query: RequestHead['query'],
  body: Buffer,
): Map<string, string> {
  const pairs = method === 'POST' ? readQuery(body.toString(), 'query') : query;
  return new Map([...pairs].reverse());
}
