import type { BucketCall, Operation } from '../call.ts';
import { failures } from '../failures.ts';
import { malformed } from '../policy/malformed.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { readCheckedBytes } from '../request/read-document.ts';

/** PutBucketPolicy: takes the place of the former one. Throws MalformedPolicy. */
export const putBucketPolicy: Operation<BucketCall> = async (call) => {
  const { bucket } = call;
  const bytes = await readCheckedBytes(call);
  await bucket.policy.set(parsePolicy(textOf(bytes), bucket.arn));
  return { status: 204 };
};

/** GetBucketPolicy. Throws NoSuchBucketPolicy. */
export const getBucketPolicy: Operation<BucketCall> = async ({ bucket }) => {
  const kept = bucket.policy.get();
  if (!kept) throw failures.noSuchBucketPolicy(bucket.name);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: kept.text };
};

/** DeleteBucketPolicy: no error where there is none. */
export const deleteBucketPolicy: Operation<BucketCall> = async ({ bucket }) => {
  await bucket.policy.set(undefined);
  return { status: 204 };
};

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
}
