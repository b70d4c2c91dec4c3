import { expiryOf } from '../lifecycle/rules.ts';
import type { Bucket } from '../storage/buckets.ts';
import type { ObjectVersion } from '../storage/types.ts';

/** The header that says when a lifecycle rule ends an object; of versions that are not the newest S3 says nothing. */
export function expirationHeader(
  bucket: Bucket,
  key: string,
  version: ObjectVersion,
): Record<string, string> {
  if (bucket.versions(key)[0]?.versionId !== version.versionId) return {};
  const end = expiryOf(bucket.rules(), key, version.modified);
  if (!end) return {};
  const date = new Date(end.at).toUTCString();
  return { 'x-amz-expiration': `expiry-date="${date}", rule-id="${encodeURIComponent(end.rule)}"` };
}
