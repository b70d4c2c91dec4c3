import { AppError } from '../../domain/errors.ts';
import type { Deployment } from '../../domain/profile.ts';

/**
 * The bucket that packages lie in: ccwb's first generation had no distribution stack and used the build bucket.
 * @throws AppError `not-found` where the profile has neither.
 */
export function packageBucket(deployment: Deployment): string {
  const bucket = deployment.distributionBucket ?? deployment.buildBucket;
  if (bucket !== undefined) return bucket;
  throw new AppError({
    kind: 'not-found',
    message: `The stacks of profile ${deployment.profile.name} name no bucket for packages.`,
    hint: 'Deploy the distribution stack (ccwb deploy distribution), or choose another --profile.',
  });
}
