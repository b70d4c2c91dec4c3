import type { Dialect } from '../dialect.ts';
import { AwsFailure } from '../http.ts';
import { refusal } from '../refusals.ts';
import type { RequestHead } from './request-head.ts';

/** What a request says about its own signature; nothing of it is believed yet. */
export type SignatureClaim = {
  /** Authorization header, or the query of a presigned link. */
  kind: 'header' | 'query';
  accessKeyId: string;
  /** `YYYYMMDD` of the credential scope. */
  day: string;
  region: string;
  service: string;
  /** Lower case, sorted, with `host` among them. */
  signedHeaders: readonly string[];
  /** 64 hex digits. */
  signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  amzDate: string;
  /** {@link amzDate} in epoch milliseconds. */
  signedAt: number;
  /** Seconds a presigned link lives; absent for header signatures. */
  expiresSeconds?: number;
};

/** A presigned link lives a week at most (S3: "Authenticating Requests: Using Query Parameters"). */
export const maxExpiresSeconds = 604_800;

const algorithm = 'AWS4-HMAC-SHA256';

/** Whether a request carries nothing that could be meant as a signature, of any version. */
export function isUnsigned(head: RequestHead): boolean {
  const ofSignature =
    /^(?:x-amz-(?:algorithm|credential|signature|security-token)|awsaccesskeyid|signature)$/i;
  return head.headers.authorization === undefined && !head.query.some(([name]) => ofSignature.test(name));
}

/**
 * Reads the claim from the Authorization header or the query.
 * @throws AwsFailure where there is none, there are two, or its form is broken.
 */
export function readClaim(head: RequestHead): SignatureClaim {
  const authorization = head.headers.authorization;
  const presigned = head.query.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature');
  if (authorization !== undefined && presigned) {
    throw head.dialect === 's3'
      ? new AwsFailure('InvalidArgument', 'Only one auth mechanism allowed', 400)
      : refusal(head.dialect, 'malformed-signature', 'Only one auth mechanism allowed');
  }
  if (authorization !== undefined) return fromHeader(head, authorization);
  if (presigned) return fromQuery(head);
  // Version 2 of the signature, dead since 2020 for new buckets; say what to use instead.
  if (head.query.some(([name]) => name === 'AWSAccessKeyId')) {
    throw refusal(head.dialect, 'unsupported-signature');
  }
  throw refusal(head.dialect, 'missing-signature');
}

function fromHeader(head: RequestHead, authorization: string): SignatureClaim {
  const broken = (detail: string) => refusal(head.dialect, 'malformed-signature', detail);
  const space = authorization.indexOf(' ');
  if ((space < 0 ? authorization : authorization.slice(0, space)) !== algorithm) {
    throw refusal(head.dialect, 'unsupported-signature');
  }
  const parts = new Map<string, string>();
  for (const part of authorization.slice(space + 1).split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).trim();
    if (equals < 0 || parts.has(name)) throw broken('The authorization header is malformed.');
    parts.set(name, part.slice(equals + 1).trim());
  }
  const missing = ['Credential', 'SignedHeaders', 'Signature'].find((name) => !parts.get(name));
  if (missing !== undefined) throw broken(`Authorization header requires '${missing}' parameter.`);
  const amzDate = head.headers['x-amz-date'] ?? basicDate(head.headers.date);
  if (amzDate === undefined) {
    throw broken("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return {
    kind: 'header',
    ...readCredential(parts.get('Credential') ?? '', broken),
    signedHeaders: readSignedHeaders(parts.get('SignedHeaders') ?? '', broken),
    signature: readSignature(parts.get('Signature') ?? '', head.dialect),
    ...readDate(amzDate, broken),
  };
}

function fromQuery(head: RequestHead): SignatureClaim {
  const broken = (detail: string) =>
    head.dialect === 's3'
      ? new AwsFailure('AuthorizationQueryParametersError', detail, 400)
      : refusal(head.dialect, 'malformed-signature', detail);
  const parameter = (name: string): string => {
    const values = head.query.filter(([other]) => other === name);
    const value = values[0]?.[1];
    if (values.length !== 1 || !value) {
      throw broken(
        'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      );
    }
    return value;
  };
  if (parameter('X-Amz-Algorithm') !== algorithm) {
    throw broken(`X-Amz-Algorithm only supports "${algorithm}"`);
  }
  const expires = parameter('X-Amz-Expires');
  if (!/^[0-9]{1,9}$/.test(expires)) throw broken('X-Amz-Expires should be a non-negative number');
  if (Number(expires) > maxExpiresSeconds) {
    throw broken(
      `X-Amz-Expires must be less than a week (in seconds); must be less than ${maxExpiresSeconds}`,
    );
  }
  return {
    kind: 'query',
    ...readCredential(parameter('X-Amz-Credential'), broken),
    signedHeaders: readSignedHeaders(parameter('X-Amz-SignedHeaders'), broken),
    signature: readSignature(parameter('X-Amz-Signature'), head.dialect),
    ...readDate(parameter('X-Amz-Date'), broken),
    expiresSeconds: Number(expires),
  };
}

type Broken = (detail: string) => AwsFailure;

function readCredential(
  text: string,
  broken: Broken,
): { accessKeyId: string; day: string; region: string; service: string } {
  const [accessKeyId, day, region, service, end, ...rest] = text.split('/');
  if (!accessKeyId || !day || !region || !service || end !== 'aws4_request' || rest.length > 0) {
    throw broken(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  }
  return { accessKeyId, day, region, service };
}

function readSignedHeaders(text: string, broken: Broken): string[] {
  const names = text.split(';');
  const sorted = names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
  if (!sorted || !names.every((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))) {
    throw broken('SignedHeaders must be header names in lower case, sorted, each once.');
  }
  if (!names.includes('host')) throw broken("'Host' must be a 'SignedHeader' in the signature.");
  return names;
}

function readSignature(text: string, dialect: Dialect): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw refusal(dialect, 'wrong-signature');
  return text;
}

function readDate(amzDate: string, broken: Broken): { amzDate: string; signedAt: number } {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate);
  const [year, month, day, hour, minute, second] = (match ?? []).slice(1).map(Number);
  if (
    year === undefined ||
    month === undefined ||
    day === undefined ||
    hour === undefined ||
    minute === undefined ||
    second === undefined
  ) {
    throw broken("X-Amz-Date must be formated via ISO8601 Long format, \"yyyyMMdd'T'HHmmss'Z'\".");
  }
  return { amzDate, signedAt: Date.UTC(year, month - 1, day, hour, minute, second) };
}

/** The `Date` header in the form signatures use; undefined where it is absent or no date. */
function basicDate(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  if (/^\d{8}T\d{6}Z$/.test(date)) return date;
  const time = Date.parse(date);
  return Number.isNaN(time) ? undefined : `${new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')}`;
}
