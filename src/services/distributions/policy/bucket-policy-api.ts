import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import { type CallOptions, once } from '../../aws-call.ts';
import { sdkErrorFields } from '../../sdk-errors/fields.ts';
import type { DistributionsDeps } from '../deps.ts';
import { sparing } from '../grace.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { watchDate } from '../upload/counted-body.ts';

export type PolicyDeps = Pick<DistributionsDeps, 'aws' | 'clock'>;

/** The policy of a bucket as S3 has it; undefined where it has none. */
export async function readPolicy(
  deps: PolicyDeps,
  place: PackageBucket,
  signal: AbortSignal,
): Promise<string | undefined> {
  return (await readPolicyAndTime(deps, place, signal)).policy;
}

/** The policy of a bucket, undefined where it has none, and what time it is by S3's clock: epoch ms. */
export async function readPolicyAndTime(
  deps: PolicyDeps,
  { bucket, region }: PackageBucket,
  signal: AbortSignal,
  tries?: CallOptions,
): Promise<{ policy: string | undefined; now: number }> {
  const command = new GetBucketPolicyCommand({ Bucket: bucket });
  const ahead = watchDate(command, () => deps.clock.now());
  const at = (policy: string | undefined) => ({ policy, now: deps.clock.now() + ahead() });
  try {
    const answer = await deps.aws.call(
      { doing: `Reading the policy of ${bucket}`, action: 's3:GetBucketPolicy' },
      signal,
      async (abortSignal) => (await deps.aws.s3(region)).send(command, { abortSignal }),
      tries,
    );
    return at(answer.Policy);
  } catch (error) {
    const { name, code } = sdkErrorFields(error instanceof AppError ? error.cause : undefined);
    if (name === 'NoSuchBucketPolicy' || code === 'NoSuchBucketPolicy') return at(undefined);
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
