import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ownStatements } from '../../../domain/bucket-policy.ts';
import { AppError } from '../../../domain/errors.ts';
import { impatient } from '../../aws-call.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { type PolicyDeps, readPolicy } from './bucket-policy-api.ts';

/**
 * `Sid`s of our statements whose package is gone for good, every version of it: no link can lead there any more, so
 * they only take up room in the policy. None where that cannot be told.
 */
export async function goneSids(
  deps: PolicyDeps,
  place: PackageBucket,
  signal: AbortSignal,
): Promise<string[]> {
  const policy = await readPolicy(deps, place, signal);
  const gone: string[] = [];
  for (const { sid, key } of policy === undefined ? [] : ownStatements(policy)) {
    try {
      if (!(await hasVersions(deps, place, key, signal))) gone.push(sid);
    } catch (error) {
      // Tidying up is no condition of shipping.
      if (error instanceof AppError) return [];
      throw error;
    }
  }
  return gone;
}

async function hasVersions(
  deps: PolicyDeps,
  { bucket, region }: PackageBucket,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const page = await deps.aws.call(
    { doing: `Listing the versions of ${key} in ${bucket}`, action: 's3:ListBucketVersions' },
    signal,
    async (abortSignal) =>
      (await deps.aws.s3(region)).send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }), {
        abortSignal,
      }),
    impatient,
  );
  // Versions come in the order of their keys: the key itself is before any longer one.
  return (page.Versions ?? []).some(({ Key }) => Key === key);
}
