import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Signature Version 4, as the IAM guide's "Create a signed AWS API request" has it. */

/** What is signed of a request. */
export type Signable = {
  method: string;
  /** As sent. */
  rawPath: string;
  /** Percent-decoded. */
  path: string;
  query: readonly (readonly [name: string, value: string])[];
  headers: Readonly<Record<string, string>>;
};

export type Scope = { day: string; region: string; service: string };

export const emptySha256 = createHash('sha256').digest('hex');

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export function scopeText(scope: Scope): string {
  return `${scope.day}/${scope.region}/${scope.service}/aws4_request`;
}

/** The key of one day, region and service; the secret itself signs nothing. */
export function signingKey(secretAccessKey: string, scope: Scope): Buffer {
  return [scope.day, scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

/** The signature of any string under a signing key, in hex. */
export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/**
 * The ways in which a path may stand in a canonical request. S3 encodes it once, so clients sign it as they send it or
 * as it would be encoded anew; the others encode what was sent once more.
 */
export function canonicalPaths(request: Pick<Signable, 'path' | 'rawPath'>, service: string): string[] {
  if (service !== 's3') return [encodePath(request.rawPath)];
  return [...new Set([encodePath(request.path), request.rawPath])];
}

/** The request in the one form both sides agree on. */
export function canonicalRequest(
  request: Omit<Signable, 'path' | 'rawPath'>,
  canonicalPath: string,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  return [
    request.method,
    canonicalPath,
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

export function stringToSign(amzDate: string, scope: Scope, canonical: string): string {
  return ['AWS4-HMAC-SHA256', amzDate, scopeText(scope), sha256Hex(canonical)].join('\n');
}

/** What the signature of one chunk of an aws-chunked body is made over; it hangs on the one before it. */
export function chunkStringToSign(
  context: { amzDate: string; scope: Scope },
  previous: string,
  dataHash: string,
): string {
  return [
    'AWS4-HMAC-SHA256-PAYLOAD',
    context.amzDate,
    scopeText(context.scope),
    previous,
    emptySha256,
    dataHash,
  ].join('\n');
}

/** The same for the trailing headers, each `name:value\n`. */
export function trailerStringToSign(
  context: { amzDate: string; scope: Scope },
  previous: string,
  trailerHash: string,
): string {
  return ['AWS4-HMAC-SHA256-TRAILER', context.amzDate, scopeText(context.scope), previous, trailerHash].join(
    '\n',
  );
}

/** Compares two hex strings in a time that tells nothing of where they differ. */
export function equalHex(left: string, right: string): boolean {
  const a = Buffer.from(left, 'hex');
  const b = Buffer.from(right, 'hex');
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}

/** RFC 3986 encoding of everything but unreserved characters. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function encodePath(path: string): string {
  return path.split('/').map(encodeUri).join('/');
}

function canonicalQuery(query: Signable['query']): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
