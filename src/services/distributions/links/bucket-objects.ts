import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import type { BucketObject, ObjectVersion } from '../../../domain/package-list.ts';
import { impatient } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { versionPages } from '../list-versions.ts';
import type { PackageBucket } from '../package-bucket.ts';

type Deps = Pick<DistributionsDeps, 'aws'>;

/** Whether versions may be listed; `refusal`: how it was told that they may not. */
export type MayList = { versions: boolean; refusal?: AppError };

/**
 * The objects whose keys begin with `prefix`, with all their versions where these may be listed; without where not.
 * `mayList` remembers for the next time that they may not.
 */
export async function listBucket(
  deps: Deps,
  place: PackageBucket,
  prefix: string,
  mayList: MayList,
  signal: AbortSignal,
): Promise<Map<string, BucketObject>> {
  if (mayList.versions) {
    try {
      return await listVersions(deps, place, prefix, signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'permission') throw error;
      mayList.versions = false;
      mayList.refusal = error;
    }
  }
  return listObjects(deps, place, prefix, signal);
}

async function listVersions(
  deps: Deps,
  place: PackageBucket,
  prefix: string,
  signal: AbortSignal,
): Promise<Map<string, BucketObject>> {
  const found = new Map<string, BucketObject>();
  const at = (key: string): BucketObject & { versions: ObjectVersion[] } => {
    const known = found.get(key) ?? { key, markers: [] };
    known.versions ??= [];
    found.set(key, known);
    return known as BucketObject & { versions: ObjectVersion[] };
  };
  const doing = `Listing the packages in ${place.bucket}`;
  for await (const page of versionPages(deps.aws, place, prefix, doing, signal, impatient)) {
    for (const { Key, VersionId, IsLatest, Size, LastModified, ETag } of page.Versions ?? []) {
      if (!Key || !VersionId) continue;
      const facts = { size: Size ?? 0, modifiedAt: LastModified?.getTime() ?? 0, etag: ETag ?? '' };
      const object = at(Key);
      object.versions.push({ versionId: VersionId, ...facts });
      if (IsLatest) object.top = facts;
    }
    for (const { Key, VersionId } of page.DeleteMarkers ?? []) {
      if (Key && VersionId) at(Key).markers.push(VersionId);
    }
  }
  return found;
}

async function listObjects(
  deps: Deps,
  { bucket, region }: PackageBucket,
  prefix: string,
  signal: AbortSignal,
): Promise<Map<string, BucketObject>> {
  const found = new Map<string, BucketObject>();
  let token: string | undefined;
  do {
    const from = token;
    const page = await deps.aws.call(
      { doing: `Listing the packages in ${bucket}`, action: 's3:ListBucket' },
      signal,
      async (abortSignal) =>
        (await deps.aws.s3(region)).send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ...(from === undefined ? {} : { ContinuationToken: from }),
          }),
          { abortSignal },
        ),
      impatient,
    );
    for (const { Key, Size, LastModified, ETag } of page.Contents ?? []) {
      if (!Key) continue;
      const top = { size: Size ?? 0, modifiedAt: LastModified?.getTime() ?? 0, etag: ETag ?? '' };
      found.set(Key, { key: Key, markers: [], top });
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}
