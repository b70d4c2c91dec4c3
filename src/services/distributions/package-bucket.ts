import { AppError } from '../../domain/errors.ts';
import type { Deployment } from '../../domain/profile.ts';

/** Where packages lie. */
export type PackageBucket = { bucket: string; region: string };

/**
 * The bucket that packages lie in, and its region: ccwb's first generation had no distribution stack and used the build bucket.
 * @throws AppError `not-found` where the profile has neither.
 */
export function packageBucket(deployment: Deployment): PackageBucket {
  const { buildBucket, buildRegion, landingPageUrl, notes = [] } = deployment;
  const bucket = deployment.distributionBucket ?? buildBucket;
  if (bucket !== undefined) {
    return { bucket, region: bucket === buildBucket ? buildRegion : deployment.region };
  }
  throw new AppError({
    kind: 'not-found',
    message: `The stacks of profile ${deployment.profile.name} name no bucket for packages.`,
    hint:
      landingPageUrl !== undefined
        ? `Its packages are published on the landing page ${landingPageUrl}, which is ccwb’s own way: ccwb distribute. A presigned link needs a bucket.`
        : notes.length > 0
          ? notes.join(' ')
          : 'Deploy the distribution stack (ccwb deploy distribution), or choose another --profile.',
  });
}
