import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { parseRecord } from '../../domain/distribution-record.ts';
import { isPackageKey, packagesPrefix } from '../../domain/package-layout.ts';
import type { DistributionsDeps } from './deps.ts';
import type { PackageBucket } from './package-bucket.ts';
import { removeStatement } from './policy/statements.ts';
import { readParameter } from './record/parameter.ts';
import { takeBackKilled } from './upload/clean-up.ts';
import { createTrace } from './upload/upload-trace.ts';
import { findLeftovers, type Leftover, removeLeftover } from './work-folder.ts';

/** An upload this old is nobody's any more, ms. */
const abandonedAfterMs = 24 * 3_600_000;

/**
 * Removes what killed runs left: their temporary folders, what they had put into the bucket, and old unfinished
 * uploads of packages. Nothing that a record points to, or may have pointed to.
 * @returns what was done, a sentence each. Never throws but for an abort: sweeping is no condition of shipping.
 */
export async function sweep(
  deps: DistributionsDeps,
  place: PackageBucket,
  signal: AbortSignal,
): Promise<string[]> {
  const said: string[] = [];
  const attempt = async (work: () => Promise<string | undefined>): Promise<void> => {
    try {
      const text = await work();
      if (text !== undefined) said.push(text);
    } catch {
      signal.throwIfAborted();
    }
  };
  for (const leftover of await findLeftovers(deps.tempDir, deps.processes)) {
    await attempt(() => sweepLeftover(deps, leftover, place, signal));
  }
  await attempt(() => sweepUploads(deps, place, signal));
  return said;
}

async function sweepLeftover(
  deps: DistributionsDeps,
  leftover: Leftover,
  place: PackageBucket,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { journal } = leftover;
  if (!journal) {
    await removeLeftover(leftover);
    return undefined;
  }
  // Another account's or profile's: its own next run has the right credentials.
  if (journal.bucket !== place.bucket || journal.region !== place.region) return undefined;
  // Once it was recording, its link may be out, even if a newer record has replaced it.
  const keep = journal.state === 'recording' || (await recordedKey(deps, signal)) === journal.key;
  if (!keep) {
    await takeBackKilled(deps.aws, createTrace(journal), signal);
    if (journal.policySid !== undefined) await removeStatement(deps, place, journal.policySid, signal);
  }
  await removeLeftover(leftover);
  return keep ? undefined : `Removed what a run that was cut off had left at ${journal.key}.`;
}

async function recordedKey(deps: DistributionsDeps, signal: AbortSignal): Promise<string | undefined> {
  const stored = await readParameter(deps, signal);
  return stored ? parseRecord(stored.text).packageKey : undefined;
}

async function sweepUploads(
  deps: DistributionsDeps,
  place: PackageBucket,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { bucket, region } = place;
  const old: { key: string; uploadId: string }[] = [];
  let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (from) {
    const markers: { KeyMarker?: string; UploadIdMarker?: string } = from;
    const page = await deps.aws.call(
      { doing: `Listing unfinished uploads in ${bucket}`, action: 's3:ListBucketMultipartUploads' },
      signal,
      async (abortSignal) =>
        (await deps.aws.s3(region)).send(
          new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: packagesPrefix, ...markers }),
          { abortSignal },
        ),
      { attempts: 1 },
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      const age = deps.clock.now() - (Initiated?.getTime() ?? Number.POSITIVE_INFINITY);
      if (Key && UploadId && isPackageKey(Key) && age > abandonedAfterMs)
        old.push({ key: Key, uploadId: UploadId });
    }
    from =
      page.IsTruncated && page.NextKeyMarker
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker ?? '' }
        : undefined;
  }
  for (const { key, uploadId } of old) {
    await deps.aws.call(
      { doing: `Ending the abandoned upload of ${key}`, action: 's3:AbortMultipartUpload' },
      signal,
      async (abortSignal) =>
        (await deps.aws.s3(region)).send(
          new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }),
          { abortSignal },
        ),
    );
  }
  return old.length > 0 ? `Ended ${old.length} unfinished uploads older than a day.` : undefined;
}
