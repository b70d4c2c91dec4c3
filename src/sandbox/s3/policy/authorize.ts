import type { Call } from '../call.ts';
import { failures } from '../failures.ts';
import type { Bucket } from '../storage/buckets.ts';
import type { Storage } from '../storage/storage.ts';
import { evaluate, type Verdict } from './evaluate.ts';
import { identityPolicyOf } from './identity-policy.ts';
import type { Asked } from './types.ts';

/** What is to be done to what: an action of S3 on a bucket, or on a key of it. */
export type Deed = {
  /** `s3:GetObject`. */
  action: string;
  bucket: Bucket;
  /** Absent: the bucket itself. */
  key?: string;
  versionId?: string | null;
};

/** What of a request is weighed. */
export type Asker = Pick<Call['request'], 'caller' | 'peer' | 'presigned'>;

/**
 * Whether a request may do something. The bucket's policy denies it, or the user's own rights or that policy allow it,
 * as within one account. Who signs nothing has no rights of its own.
 */
export function isAllowed(storage: Storage, asker: Asker, deed: Deed): boolean {
  const { bucket, key, action } = deed;
  const { caller } = asker;
  const asked: Asked = {
    action,
    resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`,
    facts: factsOf(storage, asker, deed),
    ...(caller ? { arn: caller.arn, accountId: storage.account.accountId } : {}),
  };
  const kept = bucket.policy.get();
  const byBucket: Verdict = kept ? evaluate(kept.policy, asked) : 'silent';
  if (byBucket === 'denied') return false;
  const own = caller && identityPolicyOf(caller.name, bucket.arn);
  return byBucket === 'allowed' || (own !== undefined && evaluate(own, asked) === 'allowed');
}

/**
 * Makes sure that a request may do something.
 * @throws AwsFailure AccessDenied, naming who may not do what.
 */
export function authorize({ storage, request }: Call, deed: Deed): void {
  if (isAllowed(storage, request, deed)) return;
  const { caller } = request;
  if (caller === undefined) throw failures.accessDenied();
  const resource = deed.key === undefined ? deed.bucket.arn : `${deed.bucket.arn}/${deed.key}`;
  throw failures.accessDenied(
    `User: ${caller.arn} is not authorized to perform: ${deed.action} on resource: "${resource}"`,
  );
}

/** Values of the condition keys that a policy may ask for, by their lower-case name. */
function factsOf(
  storage: Storage,
  { caller, peer, presigned }: Asker,
  { versionId }: Deed,
): Record<string, string> {
  return {
    // The sandbox speaks plain HTTP only.
    'aws:securetransport': 'false',
    ...(peer === '' ? {} : { 'aws:sourceip': peer }),
    ...(typeof versionId === 'string' ? { 's3:versionid': versionId } : {}),
    ...(caller
      ? {
          's3:authtype': presigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
          's3:signatureversion': 'AWS4-HMAC-SHA256',
          's3:signatureage': String(storage.clock.now() - caller.signedAt),
        }
      : {}),
  };
}
