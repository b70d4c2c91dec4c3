import { join } from 'node:path';
import type { Clock } from '../../../domain/clock.ts';
import type { SandboxAccount } from '../../account.ts';
import type { Checksum } from '../checksums/checksums.ts';
import { firstLifecycle } from '../lifecycle/rules.ts';
import { createSettler, type Settler } from '../lifecycle/settle.ts';
import { type Blobs, createBlobs, type Received } from './blobs.ts';
import { type Bucket, filesOf, openBucket } from './buckets.ts';
import type { Attributes, DeleteMarker, ObjectVersion, Version } from './types.ts';
import { openUploads, type Uploads } from './uploads.ts';
import { newVersionId } from './version-id.ts';

/** Everything the sandbox's S3 keeps: buckets of versioned objects, uploads under way, the bytes of both. */
export type Storage = {
  account: SandboxAccount;
  clock: Clock;
  buckets: ReadonlyMap<string, Bucket>;
  uploads: Uploads;
  blobs: Blobs;
  lifecycle: Settler;
};

/**
 * Opens what `dir` holds, with the account's one bucket. Half-received bytes, orphaned data and uploads nobody ended
 * are swept: after a crash the records alone say what exists.
 */
export async function openStorage(deps: {
  dir: string;
  clock: Clock;
  account: SandboxAccount;
}): Promise<Storage> {
  const { dir, clock, account } = deps;
  const blobs = await createBlobs(dir);
  const now = clock.now();
  const bucket = await openBucket({
    dir: join(dir, 'buckets', account.bucket),
    name: account.bucket,
    now,
    lifecycle: firstLifecycle(account),
    freed: blobs.remove,
  });
  const versions = bucket.keys().flatMap((key) => bucket.versions(key));
  const completed = new Set(
    versions.flatMap((version) => (version.kind === 'object' && version.uploadId ? [version.uploadId] : [])),
  );
  const uploads = await openUploads({ dir: join(dir, 'uploads'), now, completed, freed: blobs.remove });
  const partFiles = uploads.list(bucket.name).flatMap(({ id }) => uploads.parts(id).map(({ file }) => file));
  await blobs.sweep(new Set([...filesOf(versions), ...partFiles]));
  const buckets = new Map([[bucket.name, bucket]]);
  return { account, clock, buckets, uploads, blobs, lifecycle: createSettler([bucket], clock) };
}

/** What a new version is made of; its id and time are given to it. */
export type NewObject = Omit<ObjectVersion, 'kind' | 'versionId' | 'modified'>;

/** Adds a version on top of a key. `guard` sees the newest one in the same step, and throws to refuse. */
export function addObject(
  storage: Storage,
  bucket: Bucket,
  key: string,
  object: NewObject,
  guard?: (current: Version | undefined) => void,
): Promise<ObjectVersion> {
  return bucket.change(key, (versions) => {
    guard?.(versions[0]);
    const added: ObjectVersion = {
      kind: 'object',
      versionId: newVersionId(),
      modified: storage.clock.now(),
      ...object,
    };
    return { versions: [added, ...versions], result: added };
  });
}

/** Adds bytes that were just received as a version of one piece. Where that fails they are removed again. */
export async function addReceived(
  storage: Storage,
  bucket: Bucket,
  key: string,
  { file, size, md5 }: Received,
  about: Attributes & { checksum: Checksum; guard?: (current: Version | undefined) => void },
): Promise<ObjectVersion> {
  const { headers, metadata, checksum, guard } = about;
  const object: NewObject = { headers, metadata, size, etag: md5, pieces: [{ file, size }], checksum };
  try {
    return await addObject(storage, bucket, key, object, guard);
  } catch (error) {
    await storage.blobs.remove([file]);
    throw error;
  }
}

/** Hides a key behind a delete marker, as a DELETE without a version does; also where the key never was. */
export function addDeleteMarker(
  storage: Storage,
  bucket: Bucket,
  key: string,
  guard?: (current: Version | undefined) => void,
): Promise<DeleteMarker> {
  return bucket.change(key, (versions) => {
    guard?.(versions[0]);
    const marker: DeleteMarker = {
      kind: 'delete-marker',
      versionId: newVersionId(),
      modified: storage.clock.now(),
    };
    return { versions: [marker, ...versions], result: marker };
  });
}

/** Removes one version for good; gives what it was, undefined when there was none. */
export function removeVersion(bucket: Bucket, key: string, versionId: string): Promise<Version | undefined> {
  return bucket.change(key, (versions) => {
    const removed = versions.find((version) => version.versionId === versionId);
    return {
      versions: removed ? versions.filter((version) => version !== removed) : versions,
      result: removed,
    };
  });
}
