import type { AwsFailure, SandboxResponse } from './http.ts';
import { xml, xmlDocument } from './xml.ts';

/** The wire protocols of the services spoken here: AWS JSON 1.1, Query and S3's REST-XML. */
export type Dialect = 'json' | 'query' | 's3';

/** The services of the sandbox by the name they have in a credential scope. */
export const dialects = {
  codebuild: 'json',
  logs: 'json',
  ssm: 'json',
  secretsmanager: 'json',
  cloudformation: 'query',
  sts: 'query',
  s3: 's3',
  'ccwb-sandbox': 'json',
} as const satisfies Record<string, Dialect>;

export type ServiceName = keyof typeof dialects;

export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(dialects, name);
}

/** The protocol to answer in once the credential scope names the service; one not offered gets JSON, as most speak it. */
export function dialectOf(service: string, guess: Dialect): Dialect {
  if (isServiceName(service)) return dialects[service];
  return guess === 's3' ? 'json' : guess;
}

/** The protocol a request looks like before its signature has told the service; errors are answered in it. */
export function guessDialect(method: string, headers: Readonly<Record<string, string>>): Dialect {
  // An object may have any content type; the other protocols only ever post.
  if (method !== 'POST') return 's3';
  if (headers['x-amz-target'] !== undefined) return 'json';
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return 'query';
  if (/^application\/(?:x-amz-json|json|cbor)/.test(type)) return 'json';
  return 's3';
}

/** A failure in the wire form of the protocol. A HEAD has no body, so its reader gets the status alone, as from S3. */
export function failureResponse(dialect: Dialect, failure: AwsFailure, requestId: string): SandboxResponse {
  switch (dialect) {
    case 'json':
      return {
        status: failure.status,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': failure.code },
        body: JSON.stringify({ __type: failure.code, message: failure.message, ...failure.fields }),
      };
    case 'query':
      return {
        status: failure.status,
        headers: { 'content-type': 'text/xml' },
        body: xmlDocument(
          xml('ErrorResponse', [
            xml('Error', [
              xml('Type', failure.status < 500 ? 'Sender' : 'Receiver'),
              xml('Code', failure.code),
              xml('Message', failure.message),
              ...Object.entries(failure.fields).map(([name, value]) => xml(name, value)),
            ]),
            xml('RequestId', requestId),
          ]),
        ),
      };
    case 's3':
      return {
        status: failure.status,
        headers: { 'content-type': 'application/xml' },
        body: xmlDocument(
          xml('Error', [
            xml('Code', failure.code),
            xml('Message', failure.message),
            ...Object.entries(failure.fields).map(([name, value]) => xml(name, value)),
            xml('RequestId', requestId),
            xml('HostId', hostId(requestId)),
          ]),
        ),
      };
  }
}

/** S3's second id, `x-amz-id-2`; it carries nothing of its own here. */
export function hostId(requestId: string): string {
  return Buffer.from(`ccwb-sandbox ${requestId}`).toString('base64');
}
