import type { SandboxAccount } from '../account.ts';
import { AwsFailure } from '../http.ts';
import { refusal } from '../refusals.ts';
import type { RequestHead } from './request-head.ts';
import type { SignatureClaim } from './signature-claim.ts';
import {
  canonicalPaths,
  canonicalRequest,
  equalHex,
  type Scope,
  sign,
  signingKey,
  stringToSign,
} from './sigv4.ts';

export type Secret = { accessKeyId: string; secretAccessKey: string };

/** AWS takes a request up to a quarter of an hour before or after its own time. */
export const defaultMaxSkewMs = 15 * 60_000;

/** What a verified signature gives to check the rest of the body with. */
export type VerifiedSignature = { key: Buffer; scope: Scope; amzDate: string; signature: string };

/**
 * Checks all of a claim that needs no body: key, scope, time, and that nothing that steers a service is left unsigned.
 * @throws AwsFailure in the words of the service's protocol.
 */
export function checkClaim(
  head: RequestHead,
  claim: SignatureClaim,
  context: { secret: Secret; account: SandboxAccount; now: number; maxSkewMs: number },
): void {
  if (claim.accessKeyId !== context.secret.accessKeyId) {
    throw refusal(
      head.dialect,
      'unknown-key',
      undefined,
      s3Only(head, { AWSAccessKeyId: claim.accessKeyId }),
    );
  }
  // Long-term keys have no session: a token beside them is somebody else's.
  if (head.headers['x-amz-security-token'] || head.query.some(([name]) => name === 'X-Amz-Security-Token')) {
    throw refusal(head.dialect, 'session-token');
  }
  checkScope(head, claim, context.account);
  checkTime(head, claim, context.now, context.maxSkewMs);
  const unsigned = Object.keys(head.headers).filter(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw head.dialect === 's3'
      ? new AwsFailure(
          'AccessDenied',
          'There were headers present in the request which were not signed',
          403,
          {
            HeadersNotSigned: unsigned.join(', '),
          },
        )
      : refusal(head.dialect, 'wrong-signature');
  }
}

/**
 * Checks the signature itself, in constant time.
 * @param payloadHash what the request declares as x-amz-content-sha256, or the hash of its body.
 */
export function verifySignature(
  head: RequestHead,
  claim: SignatureClaim,
  secret: Secret,
  payloadHash: string,
): VerifiedSignature {
  const key = signingKey(secret.secretAccessKey, claim);
  const good = canonicalPaths(head, claim.service).some((path) => {
    const canonical = canonicalRequest(head, path, claim.signedHeaders, payloadHash);
    return equalHex(sign(key, stringToSign(claim.amzDate, claim, canonical)), claim.signature);
  });
  if (!good) throw refusal(head.dialect, 'wrong-signature');
  return { key, scope: claim, amzDate: claim.amzDate, signature: claim.signature };
}

function checkScope(head: RequestHead, claim: SignatureClaim, account: SandboxAccount): void {
  if (claim.day !== claim.amzDate.slice(0, 8)) {
    throw refusal(
      head.dialect,
      'wrong-scope',
      `Invalid credential date "${claim.day}". This date is not the same as X-Amz-Date: "${claim.amzDate.slice(0, 8)}".`,
    );
  }
  if (claim.region === account.region) return;
  throw refusal(
    head.dialect,
    'wrong-scope',
    head.dialect === 's3'
      ? `The authorization header is malformed; the region '${claim.region}' is wrong; expecting '${account.region}'`
      : `Credential should be scoped to a valid region, not '${claim.region}'; the sandbox is in ${account.region}.`,
    s3Only(head, { Region: account.region }),
  );
}

function checkTime(head: RequestHead, claim: SignatureClaim, now: number, maxSkewMs: number): void {
  if (claim.expiresSeconds !== undefined) {
    const end = claim.signedAt + claim.expiresSeconds * 1000;
    if (claim.signedAt - now > maxSkewMs)
      throw refusal(head.dialect, 'forbidden', 'Request is not yet valid');
    if (now >= end) {
      throw refusal(head.dialect, 'forbidden', 'Request has expired', {
        'X-Amz-Expires': String(claim.expiresSeconds),
        Expires: new Date(end).toISOString(),
        ServerTime: new Date(now).toISOString(),
      });
    }
    return;
  }
  if (Math.abs(now - claim.signedAt) <= maxSkewMs) return;
  const basic = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
  const late = now > claim.signedAt;
  throw refusal(
    head.dialect,
    'skewed',
    head.dialect === 's3'
      ? undefined
      : `Signature ${late ? 'expired' : 'not yet current'}: ${claim.amzDate} is ${late ? 'now earlier' : 'still later'} than ${basic(late ? now - maxSkewMs : now + maxSkewMs)} (${basic(now)} ${late ? '-' : '+'} ${Math.round(maxSkewMs / 60_000)} min.)`,
    s3Only(head, {
      RequestTime: claim.amzDate,
      ServerTime: new Date(now).toISOString(),
      MaxAllowedSkewMilliseconds: String(maxSkewMs),
    }),
  );
}

function s3Only(head: RequestHead, fields: Record<string, string>): Record<string, string> {
  return head.dialect === 's3' ? fields : {};
}
