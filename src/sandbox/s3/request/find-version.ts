import { failures } from '../failures.ts';
import type { Bucket } from '../storage/buckets.ts';
import type { ObjectVersion } from '../storage/types.ts';
import { isVersionId } from '../storage/version-id.ts';

/** Throws S3's 400 for what could not be a version id. */
export function checkVersionId(versionId: string | null): string | undefined {
  if (versionId === null) return undefined;
  if (versionId === '') {
    throw failures.invalidArgument('Version id cannot be the empty string', 'versionId', '');
  }
  if (!isVersionId(versionId)) {
    throw failures.invalidArgument('Invalid version id specified', 'versionId', versionId);
  }
  return versionId;
}

/**
 * The object a read means: the newest version, or the one asked for. Throws NoSuchKey (with the marker's headers where
 * a delete marker hides it), NoSuchVersion, or MethodNotAllowed where the version asked for is a delete marker.
 */
export function findVersion(
  bucket: Bucket,
  key: string,
  asked: string | null,
  method: string,
): ObjectVersion {
  const versions = bucket.versions(key);
  const versionId = checkVersionId(asked);
  if (versionId === undefined) {
    const [newest] = versions;
    if (newest?.kind === 'object') return newest;
    throw failures.noSuchKey(key, newest?.versionId);
  }
  const version = versions.find((one) => one.versionId === versionId);
  if (!version) throw failures.noSuchVersion(key, versionId);
  if (version.kind === 'object') return version;
  throw failures.markerNotAllowed(method, versionId, new Date(version.modified).toUTCString());
}
