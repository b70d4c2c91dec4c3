import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { isPackageKey, packagesPrefix } from '../../domain/package-layout.ts';
import type { DistributionsDeps } from './deps.ts';
import { isOfPlace, takeBackRun } from './leftovers.ts';
import type { PackageBucket } from './package-bucket.ts';
import { removeUnneeded } from './policy/unneeded-statements.ts';
import { findLeftovers, type Leftover, removeLeftover } from './work-folder.ts';

/** An upload this old is nobody's any more, ms. */
const abandonedAfterMs = 24 * 3_600_000;

/**
 * Removes what nobody will finish: folders of killed runs from which nothing went out, what failed runs could not take
 * back themselves, old unfinished uploads of packages that no journal here knows, and statements of ours that no link
 * needs. What was cut off on its way is
 * left: its user is asked.
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
  const leftovers = await findLeftovers(deps.tempDir, deps.processes);
  for (const leftover of leftovers) await attempt(() => sweepLeftover(deps, leftover, place, signal));
  const known = new Set(leftovers.flatMap(({ journal }) => (journal ? [journal.key] : [])));
  await attempt(() => sweepUploads(deps, place, known, signal));
  await attempt(() => removeUnneeded(deps, place, signal));
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
  if (!isOfPlace(deps, place, journal) || journal.state !== 'unwanted') return undefined;
  await takeBackRun(deps, journal, signal);
  await removeLeftover(leftover);
  return `Removed what a run had left at ${journal.key}.`;
}

async function sweepUploads(
  deps: DistributionsDeps,
  place: PackageBucket,
  known: ReadonlySet<string>,
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
      const isAbandoned = Key && isPackageKey(Key) && age > abandonedAfterMs && !known.has(Key);
      if (isAbandoned && UploadId) old.push({ key: Key, uploadId: UploadId });
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
