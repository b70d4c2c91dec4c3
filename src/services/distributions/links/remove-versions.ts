import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { linkParts } from '../../../domain/link-parts.ts';
import { checksumsKey } from '../../../domain/package-layout.ts';
import { cleanText } from '../../clean-text.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { listBucket, type MayList } from './bucket-objects.ts';
import { lookAt } from './look-at.ts';

/** What was deleted of a package, and what was left because it is not ours. */
export type Removed = {
  versions: number;
  /** Versions under its key that somebody else put there. */
  foreign: number;
  /** Whether a request without a version still finds something. */
  isTopLeft: boolean;
};

/**
 * Deletes a package for good: every version that a link of it may be pinned to, and the `checksums.txt` beside it. Never
 * by a delete marker, under which pinned links go on working.
 * @throws AppError `permission` where a version may not be deleted; what was deleted before that is gone.
 */
export async function removeVersions(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  signal: AbortSignal,
): Promise<Removed> {
  const { key } = entry;
  const mayList: MayList = { versions: true };
  const object = (await listBucket(deps, place, key, mayList, signal)).get(key);
  const pinned = new Set([
    ...(entry.versionId === undefined ? [] : [entry.versionId]),
    ...(entry.links ?? []).flatMap(({ url }) => linkParts(url)?.versionId ?? []),
  ]);
  let foreign = 0;
  let removed = 0;
  if (!mayList.versions) {
    // Versions may not be listed: those that links name are known, and what lies on top can be asked for its own.
    const top = object?.top ? await lookAt(deps, place, key, undefined, signal) : 'gone';
    if (typeof top === 'object' && isOurs(top, entry)) pinned.add(top.versionId ?? 'null');
    for (const versionId of pinned) {
      // S3 answers the deletion of what is not there like any other.
      if ((await lookAt(deps, place, key, versionId, signal)) === 'gone') continue;
      removed += await deleteVersion(deps, place, key, versionId, signal);
    }
  } else if (object?.versions) {
    for (const { versionId } of object.versions) {
      const isPinned = pinned.has(versionId);
      const look = isPinned ? 'gone' : await lookAt(deps, place, key, versionId, signal);
      if (isPinned || (typeof look === 'object' && isOurs(look, entry))) {
        removed += await deleteVersion(deps, place, key, versionId, signal);
      } else foreign += 1;
    }
    // With nothing behind them markers only make the list longer.
    if (foreign === 0) {
      for (const marker of object.markers) await deleteVersion(deps, place, key, marker, signal);
    }
  }
  await removeChecksums(deps, place, key, signal);
  return { versions: removed, foreign, isTopLeft: foreign > 0 };
}

/** The package itself, by whichever machine it was uploaded: not what somebody else put over it. */
function isOurs(
  look: { checksum?: string; size: number; versionId?: string },
  { checksum, size, versionId }: PackageEntry,
): boolean {
  if (look.versionId !== undefined && look.versionId === versionId) return true;
  return checksum === undefined
    ? look.size === size
    : look.checksum === checksum || (look.checksum === undefined && look.size === size);
}

/** 1 where it was there. */
async function deleteVersion(
  deps: Pick<DistributionsDeps, 'aws'>,
  place: PackageBucket,
  key: string,
  versionId: string,
  signal: AbortSignal,
): Promise<number> {
  const { bucket, region } = place;
  try {
    await deps.aws.call(
      { doing: `Deleting ${cleanText(key)} from ${bucket}`, action: 's3:DeleteObjectVersion' },
      signal,
      async (abortSignal) =>
        (await deps.aws.s3(region)).send(
          new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
          { abortSignal },
        ),
    );
    return 1;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.kind === 'not-found') return 0;
    if (error.kind === 'permission' && versionId === 'null')
      return deletePlain(deps, place, key, error, signal);
    throw error;
  }
}

/** In a bucket without versions the lesser permission suffices; in one with them it makes a delete marker and no more. */
async function deletePlain(
  deps: Pick<DistributionsDeps, 'aws'>,
  { bucket, region }: PackageBucket,
  key: string,
  notPermitted: AppError,
  signal: AbortSignal,
): Promise<number> {
  const answer = await deps.aws.call(
    { doing: `Deleting ${cleanText(key)} from ${bucket}`, action: 's3:DeleteObject' },
    signal,
    async (abortSignal) =>
      (await deps.aws.s3(region)).send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), {
        abortSignal,
      }),
  );
  const isOnlyMarked =
    answer.DeleteMarker === true && answer.VersionId !== undefined && answer.VersionId !== 'null';
  if (isOnlyMarked) throw notPermitted;
  return 1;
}

/** It helps nobody without its package; where it cannot be removed it does no harm either. */
async function removeChecksums(
  deps: DistributionsDeps,
  place: PackageBucket,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const beside = checksumsKey(key);
  try {
    const object = (await listBucket(deps, place, beside, { versions: true }, signal)).get(beside);
    const versions = object?.versions?.map(({ versionId }) => versionId) ?? (object?.top ? ['null'] : []);
    for (const version of [...versions, ...(object?.markers ?? [])]) {
      await deleteVersion(deps, place, beside, version, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
  }
}
