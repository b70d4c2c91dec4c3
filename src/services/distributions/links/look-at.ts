import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import type { ObjectFacts } from '../../../domain/package-list.ts';
import { type CallOptions, impatient } from '../../aws-call.ts';
import { cleanText } from '../../clean-text.ts';
import type { DistributionsDeps } from '../deps.ts';
import { factsOf } from '../object-facts.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { watchDate } from '../upload/counted-body.ts';

/** A version of an object as a signed request finds it. */
export type Look = ObjectFacts & {
  versionId?: string;
  size: number;
  modifiedAt: number;
  /** How far S3's clock is ahead of ours, ms. */
  clockAheadMs: number;
  /** When a lifecycle rule removes it, where one does. */
  objectEndsAt?: number;
  /** Of the run that made it, where that was one of ours. */
  metadata: Readonly<Record<string, string>>;
};

/**
 * Looks at a version of an object, or at what lies on top: `gone` where it is not there, `denied` where it may not be
 * looked at. Other failures are thrown as AppError.
 */
export async function lookAt(
  deps: Pick<DistributionsDeps, 'aws' | 'clock'>,
  place: PackageBucket,
  key: string,
  versionId: string | undefined,
  signal: AbortSignal,
  tries: CallOptions = impatient,
): Promise<Look | 'gone' | 'denied'> {
  const command = new HeadObjectCommand({
    Bucket: place.bucket,
    Key: key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
  });
  const ahead = watchDate(command, () => deps.clock.now());
  try {
    const head = await deps.aws.call(
      {
        doing: `Looking at ${cleanText(key)} in ${place.bucket}`,
        action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
      },
      signal,
      async (abortSignal) => (await deps.aws.s3(place.region)).send(command, { abortSignal }),
      tries,
    );
    const endsAt = Date.parse(/expiry-date="([^"]+)"/.exec(head.Expiration ?? '')?.[1] ?? '');
    const version = head.VersionId ?? versionId;
    return {
      ...factsOf(head.Metadata),
      ...(version === undefined ? {} : { versionId: version }),
      size: head.ContentLength ?? 0,
      modifiedAt: head.LastModified?.getTime() ?? 0,
      clockAheadMs: ahead(),
      ...(Number.isNaN(endsAt) ? {} : { objectEndsAt: endsAt }),
      metadata: head.Metadata ?? {},
    };
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not-found') return 'gone';
    if (error instanceof AppError && error.kind === 'permission') return 'denied';
    // A version id that S3 never gave out is answered so.
    if (error instanceof AppError && error.kind === 'invalid' && versionId !== undefined) return 'gone';
    throw error;
  }
}
