import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import { once } from '../../aws-call.ts';
import { sdkErrorFields } from '../../sdk-errors/fields.ts';
import type { DistributionsDeps } from '../deps.ts';
import { sparing } from '../grace.ts';
import type { PackageBucket } from '../package-bucket.ts';

export type PolicyDeps = Pick<DistributionsDeps, 'aws' | 'clock'>;

/** The policy of a bucket as S3 has it; undefined where it has none. */
export async function readPolicy(
  deps: PolicyDeps,
  { bucket, region }: PackageBucket,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const answer = await deps.aws.call(
      { doing: `Reading the policy of ${bucket}`, action: 's3:GetBucketPolicy' },
      signal,
      async (abortSignal) =>
        (await deps.aws.s3(region)).send(new GetBucketPolicyCommand({ Bucket: bucket }), { abortSignal }),
    );
    return answer.Policy;
  } catch (error) {
    const { name, code } = sdkErrorFields(error instanceof AppError ? error.cause : undefined);
    if (name === 'NoSuchBucketPolicy' || code === 'NoSuchBucketPolicy') return undefined;
    throw error;
  }
}

/**
 * Writes the policy of a bucket, or removes it where `text` is undefined: once, since another try must begin with
 * reading what is there by then. Once it went out its answer is waited for, so that whoever cancels knows what to take
 * back.
 */
export async function writePolicy(
  deps: PolicyDeps,
  { bucket, region }: PackageBucket,
  text: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  let isOut = false;
  const context =
    text === undefined
      ? { doing: `Removing the policy of ${bucket}`, action: 's3:DeleteBucketPolicy' }
      : { doing: `Writing the policy of ${bucket}`, action: 's3:PutBucketPolicy' };
  await sparing(
    signal,
    () => isOut,
    deps.clock,
    (cut) =>
      deps.aws.call(
        context,
        cut,
        async (abortSignal): Promise<unknown> => {
          const client = await deps.aws.s3(region);
          isOut = true;
          return text === undefined
            ? client.send(new DeleteBucketPolicyCommand({ Bucket: bucket }), { abortSignal })
            : client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: text }), { abortSignal });
        },
        once,
      ),
  );
}
