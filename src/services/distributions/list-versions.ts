import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
} from '@aws-sdk/client-s3';
import type { CallOptions } from '../aws-call.ts';
import type { AwsClients } from '../aws-clients.ts';
import type { PackageBucket } from './package-bucket.ts';

type Aws = Pick<AwsClients, 'call' | 's3'>;
type Page = Pick<
  ListObjectVersionsCommandOutput,
  'Versions' | 'DeleteMarkers' | 'NextKeyMarker' | 'NextVersionIdMarker'
>;

/**
 * Every version and delete marker under the keys that begin with `prefix`, a page at a time, in the order of the keys.
 * @param doing what is being done, for the messages of errors
 * @throws AppError `permission` where versions may not be listed.
 */
export async function* versionPages(
  aws: Aws,
  { bucket, region }: PackageBucket,
  prefix: string,
  doing: string,
  signal: AbortSignal,
  patience: CallOptions = {},
): AsyncGenerator<Page> {
  let from: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (from) {
    const markers: { KeyMarker?: string; VersionIdMarker?: string } = from;
    const page = await aws.call(
      { doing, action: 's3:ListBucketVersions' },
      signal,
      async (abortSignal) =>
        (await aws.s3(region)).send(
          new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...markers }),
          { abortSignal },
        ),
      patience,
    );
    yield page;
    const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    from =
      IsTruncated && NextKeyMarker
        ? {
            KeyMarker: NextKeyMarker,
            ...(NextVersionIdMarker ? { VersionIdMarker: NextVersionIdMarker } : {}),
          }
        : undefined;
  }
}

/**
 * The versions of one key, without delete markers; asks only as long as they are read.
 * @throws AppError `permission` where versions may not be listed.
 */
export async function* versionsOfKey(
  aws: Aws,
  place: PackageBucket,
  key: string,
  signal: AbortSignal,
  patience: CallOptions = {},
): AsyncGenerator<ObjectVersion & { VersionId: string }> {
  const doing = `Listing the versions of ${key} in ${place.bucket}`;
  for await (const page of versionPages(aws, place, key, doing, signal, patience)) {
    for (const version of page.Versions ?? []) {
      const { Key, VersionId } = version;
      if (Key === key && VersionId) yield { ...version, VersionId };
    }
    // Longer keys begin with this one too; they come after it.
    if (page.NextKeyMarker !== key) return;
  }
}
