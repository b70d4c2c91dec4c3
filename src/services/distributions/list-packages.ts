import { type _Object, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { DistributionRecord, PackageEntry } from '../../domain/distribution.ts';
import { AppError } from '../../domain/errors.ts';
import { linkState } from '../../domain/link-life.ts';
import { packagesPrefix } from '../../domain/package-layout.ts';
import { sanitiseText } from '../../domain/sanitise.ts';
import { impatient } from '../aws-call.ts';
import { cleanText } from '../clean-text.ts';
import type { DistributionsDeps } from './deps.ts';
import type { PackageBucket } from './package-bucket.ts';
import { latestRecord } from './record/parameter.ts';

/** Packages whose metadata are read; each costs a call, once. */
const mostLookedAt = 100;
const atOnce = 4;

/** What does not change about an object: kept from one listing to the next. */
export type PackageFacts = { checksum?: string; profile?: string };
export type FactsCache = Map<string, PackageFacts>;

/** The packages in the bucket, newest first, with what the record says of their links. */
export async function listPackages(
  deps: DistributionsDeps,
  place: PackageBucket,
  cache: FactsCache,
  signal: AbortSignal,
): Promise<PackageEntry[]> {
  const [objects, record] = await Promise.all([
    listObjects(deps, place, signal),
    readableRecord(deps, signal),
  ]);
  objects.sort((a, b) => (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0));
  const facts = await lookAtAll(deps, place, objects.slice(0, mostLookedAt), cache, signal);
  const now = deps.clock.now();
  return objects.map((object) => entryOf(object, facts.get(object.Key ?? ''), record, now));
}

/** A record that cannot be read leaves the states unknown; the packages are there all the same. */
async function readableRecord(
  deps: DistributionsDeps,
  signal: AbortSignal,
): Promise<DistributionRecord | undefined> {
  try {
    return await latestRecord(deps, signal);
  } catch (error) {
    if (error instanceof AppError && (error.kind === 'permission' || error.kind === 'invalid'))
      return undefined;
    throw error;
  }
}

async function listObjects(
  deps: DistributionsDeps,
  place: PackageBucket,
  signal: AbortSignal,
): Promise<_Object[]> {
  const objects: _Object[] = [];
  let token: string | undefined;
  do {
    const from = token;
    const page = await deps.aws.call(
      { doing: `Listing the packages in ${place.bucket}`, action: 's3:ListBucket' },
      signal,
      async (abortSignal) =>
        (await deps.aws.s3(place.region)).send(
          new ListObjectsV2Command({
            Bucket: place.bucket,
            Prefix: packagesPrefix,
            ...(from === undefined ? {} : { ContinuationToken: from }),
          }),
          { abortSignal },
        ),
      impatient,
    );
    objects.push(...(page.Contents ?? []).filter(({ Key }) => Key?.endsWith('.zip')));
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return objects;
}

async function lookAtAll(
  deps: DistributionsDeps,
  place: PackageBucket,
  objects: readonly _Object[],
  cache: FactsCache,
  signal: AbortSignal,
): Promise<Map<string, PackageFacts>> {
  const found = new Map<string, PackageFacts>();
  const queue = [...objects];
  let denied = false;
  const work = async (): Promise<void> => {
    for (let object = queue.shift(); object && !denied; object = queue.shift()) {
      const key = object.Key ?? '';
      const id = `${key} ${object.ETag} ${object.LastModified?.getTime()}`;
      const known = cache.get(id);
      const facts = known ?? (await lookAt(deps, place, key, signal));
      if (facts === 'denied') denied = true;
      else {
        if (facts !== 'gone') cache.set(id, facts);
        found.set(key, facts === 'gone' ? {} : facts);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return found;
}

async function lookAt(
  deps: DistributionsDeps,
  place: PackageBucket,
  key: string,
  signal: AbortSignal,
): Promise<PackageFacts | 'gone' | 'denied'> {
  try {
    const head = await deps.aws.call(
      { doing: `Looking at ${cleanText(key)} in ${place.bucket}`, action: 's3:GetObject' },
      signal,
      async (abortSignal) =>
        (await deps.aws.s3(place.region)).send(new HeadObjectCommand({ Bucket: place.bucket, Key: key }), {
          abortSignal,
        }),
      impatient,
    );
    const checksum = head.Metadata?.checksum?.toLowerCase();
    const profile = head.Metadata?.profile;
    return {
      ...(checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum) ? { checksum } : {}),
      ...(profile === undefined ? {} : { profile: sanitiseText(profile) }),
    };
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not-found') return 'gone';
    if (error instanceof AppError && error.kind === 'permission') return 'denied';
    throw error;
  }
}

function entryOf(
  object: _Object,
  facts: PackageFacts | undefined,
  record: DistributionRecord | undefined,
  now: number,
): PackageEntry {
  const key = object.Key ?? '';
  const recorded = record?.packageKey === sanitiseText(key) ? record : undefined;
  const checksum = facts?.checksum ?? recorded?.checksum;
  return {
    key: sanitiseText(key),
    filename: sanitiseText(key.slice(key.lastIndexOf('/') + 1)),
    size: object.Size ?? 0,
    modifiedAt: object.LastModified?.getTime() ?? 0,
    ...(checksum ? { checksum } : {}),
    ...(facts?.profile === undefined ? {} : { profile: facts.profile }),
    ...(recorded
      ? { state: linkState(recorded.expiresAt, now), expiresAt: recorded.expiresAt, url: recorded.url }
      : { state: 'unknown' as const }),
  };
}
