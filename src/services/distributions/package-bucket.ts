import { AppError } from '../../domain/errors.ts';
import type { Deployment } from '../../domain/profile.ts';

/** Where packages lie. */
export type PackageBucket = { bucket: string; region: string };

/**
 * The bucket that packages lie in, and its region: ccwb's first generation had no distribution stack and used the build bucket.
 * @throws AppError `not-found` where the profile has neither, `permission` where that cannot be told.
 */
export function packageBucket(deployment: Deployment): PackageBucket {
  const { buildBucket, buildRegion, landingPageUrl, notes = [], unread } = deployment;
  const bucket = deployment.distributionBucket ?? buildBucket;
  if (bucket !== undefined) {
    return { bucket, region: bucket === buildBucket ? buildRegion : deployment.region };
  }
  if (unread) {
    throw new AppError({
      kind: 'permission',
      message: `The bucket for packages of profile ${deployment.profile.name} is not known. ${Object.values(unread).join(' ')}`,
      hint: 'Ask for cloudformation:DescribeStacks on ccwb’s stacks.',
    });
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

/** What must be said where the bucket is a guess: the stack that may name another one could not be read. */
export function guessedBucket({ unread, buildBucket, distributionBucket }: Deployment): string[] {
  if (unread?.distribution === undefined || buildBucket === undefined) return [];
  const bucket = distributionBucket ?? buildBucket;
  return [
    `${unread.distribution} Its bucket is not known: packages are taken to lie in the build bucket ${bucket}, where ccwb’s template has everything end after 7 days.`,
  ];
}
