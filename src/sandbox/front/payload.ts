import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { AwsFailure } from '../http.ts';
import { refusal } from '../refusals.ts';
import type { RequestHead } from './request-head.ts';
import type { SignatureClaim } from './signature-claim.ts';
import { emptySha256 } from './sigv4.ts';

/** How the body of a request is to be read, as its x-amz-content-sha256 declares. */
export type PayloadPlan =
  /** The bytes as they come; their SHA-256 must be this. */
  | { kind: 'hashed'; sha256: string }
  /** The bytes as they come, outside the signature. S3 alone allows it. */
  | { kind: 'unsigned' }
  /** aws-chunked framing, with or without a signature on every chunk. */
  | { kind: 'chunked'; signed: boolean; trailer: boolean; decodedLength: number };

const streaming: Record<string, { signed: boolean; trailer: boolean }> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
};

/** The largest object of one PUT (S3: "Amazon S3 multipart upload limits"). */
export const maxBodyBytes = 5 * 1024 ** 3;

/**
 * The payload hash that the signature of an S3 request covers, as it declares it.
 * @throws AwsFailure where a header-signed request declares none.
 */
export function declaredPayloadHash(head: RequestHead, claim: SignatureClaim): string {
  const declared =
    head.headers['x-amz-content-sha256'] ??
    head.query.find(([name]) => name.toLowerCase() === 'x-amz-content-sha256')?.[1];
  if (declared !== undefined) return declared;
  if (claim.kind === 'query') return 'UNSIGNED-PAYLOAD';
  throw new AwsFailure(
    'InvalidRequest',
    'Missing required header for this request: x-amz-content-sha256',
    400,
  );
}

/**
 * How an S3 body is to be read.
 * @throws AwsFailure where the declaration is unknown, a length is missing or too large.
 */
export function planPayload(head: RequestHead, declared: string): PayloadPlan {
  const mode = streaming[declared];
  if (mode !== undefined && Object.hasOwn(streaming, declared)) {
    const length = head.headers['x-amz-decoded-content-length'];
    if (length === undefined) {
      throw new AwsFailure('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
    }
    return { kind: 'chunked', ...mode, decodedLength: readLength(length) };
  }
  const sent = head.headers['content-length'];
  if (sent !== undefined) readLength(sent);
  else if (head.headers['transfer-encoding'] !== undefined) {
    throw new AwsFailure(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented: Transfer-Encoding',
      501,
    );
  }
  if (declared === 'UNSIGNED-PAYLOAD') return { kind: 'unsigned' };
  if (/^[0-9a-f]{64}$/.test(declared)) return { kind: 'hashed', sha256: declared };
  throw new AwsFailure(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    400,
    { ArgumentName: 'x-amz-content-sha256' },
  );
}

/** Passes bytes on and fails at their end where their hash is not the declared one. */
export function hashCheck(expected: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done: TransformCallback) {
      const actual = hash.digest('hex');
      done(actual === expected ? null : hashMismatch(expected, actual));
    },
  });
}

/** Refuses at once a request without a body that declares the hash of one. */
export function checkEmptyHash(plan: PayloadPlan): void {
  if (plan.kind === 'hashed' && plan.sha256 !== emptySha256) throw hashMismatch(plan.sha256, emptySha256);
}

function hashMismatch(expected: string, actual: string): AwsFailure {
  return new AwsFailure(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
    { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: actual },
  );
}

function readLength(text: string): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw new AwsFailure('InvalidArgument', 'The length is no number.', 400);
  const length = Number(text);
  if (length > maxBodyBytes + 1024 ** 2) {
    throw refusal('s3', 'too-large', undefined, {
      ProposedSize: text,
      MaxSizeAllowed: String(maxBodyBytes),
    });
  }
  return length;
}
