import type { DistributionRecord, PackageEntry, Unread } from '../../domain/distribution.ts';
import { AppError } from '../../domain/errors.ts';
import { entryOf, type Ledger, withMark } from '../../domain/ledger.ts';
import { newestFirst } from '../../domain/links.ts';
import { packagesPrefix } from '../../domain/package-layout.ts';
import {
  type BucketObject,
  type ObjectFacts,
  type PackageSources,
  packageEntry,
  policyFacts,
  type Subject,
  subjectOf,
} from '../../domain/package-list.ts';
import { sanitiseText } from '../../domain/sanitise.ts';
import type { DistributionsDeps } from './deps.ts';
import { changeLedger, readLedger } from './ledger.ts';
import { listBucket, type MayList } from './links/bucket-objects.ts';
import { lookAt } from './links/look-at.ts';
import { guessedBucket, type PackageBucket } from './package-bucket.ts';
import { readPolicy } from './policy/bucket-policy-api.ts';
import { latestRecord } from './record/parameter.ts';

/** Packages whose metadata are read; each costs a call, once. */
const mostLookedAt = 100;
const atOnce = 4;

/** What does not change about an object, and what may not be asked: kept from one listing to the next. */
export type ListCache = {
  facts: Map<string, ObjectFacts>;
  mayList: MayList;
  policyRefused?: AppError;
};

type Found = PackageSources & {
  subject: Subject;
  presence: 'there' | 'gone' | 'unknown';
  facts: ObjectFacts;
};

/**
 * Every package of the bucket, of this machine's ledger and of the record, newest first, with the state of its links.
 * `say` is told what could not be used of it.
 */
export async function listPackages(
  deps: DistributionsDeps,
  place: PackageBucket,
  cache: ListCache,
  signal: AbortSignal,
  say: (text: string) => void = () => {},
): Promise<PackageEntry[]> {
  const [objects, { record, problem: noRecord }, reading, { policy, problem: noPolicy }] = await Promise.all([
    listBucket(deps, place, packagesPrefix, cache.mayList, signal),
    readableRecord(deps, signal),
    readLedger(deps),
    readablePolicy(deps, place, cache, signal),
  ]);
  for (const text of guessedBucket(deps.deployment)) say(text);
  if (reading.problem) say(`${reading.problem.message} ${reading.problem.hint ?? ''}`);
  if (noRecord) say(`${noRecord.message} Links made on other machines are not known here.`);
  if (noPolicy)
    say(`${noPolicy.message} Links that it revokes or restricts may read as valid from anywhere.`);
  const sources = sourcesOf(objects, cache.mayList.versions, reading.ledger, record, place);
  const found = sources.map((source): Found => {
    const subject = subjectOf(source);
    const presence = subject.presence === 'ask' ? 'unknown' : subject.presence;
    const facts = noPolicy ? {} : { policy: policyFacts(policy, source.key) };
    return { ...source, ...facts, subject, presence, facts: {} };
  });
  // Metadata cost calls: they are read of the newest, as far as it is known by now which these are.
  found.sort((a, b) => storedAt(b) - storedAt(a));
  await lookAtAll(deps, place, found, cache, signal);
  const noVersions = cache.mayList.refusal;
  if (noVersions) say(`${noVersions.message} ${unlistedText(found)}`);
  await noteGone(deps, found, signal);
  const now = deps.clock.now();
  const { landingPageUrl } = deps.deployment;
  const unread: Unread[] = [
    ...(noRecord ? (['record'] as const) : []),
    ...(noPolicy ? (['policy'] as const) : []),
    ...(noVersions ? (['versions'] as const) : []),
  ];
  const unsure = unread.length > 0 ? { unread } : {};
  const entries = found.map(({ subject, presence, facts, ...source }) => {
    const entry = packageEntry(source, subject, presence, facts, landingPageUrl, now);
    return { ...entry, ...unsure, key: sanitiseText(entry.key), filename: sanitiseText(entry.filename) };
  });
  return entries.sort(newestFirst);
}

const storedAt = ({ subject, ledger, record }: Found) =>
  subject.modifiedAt ?? ledger?.createdAt ?? record?.createdAt ?? 0;

/** A record that cannot be read leaves its link unknown; the packages are there all the same. */
async function readableRecord(
  deps: DistributionsDeps,
  signal: AbortSignal,
): Promise<{ record?: DistributionRecord | undefined; problem?: AppError }> {
  try {
    return { record: await latestRecord(deps, signal) };
  } catch (error) {
    if (error instanceof AppError && (error.kind === 'permission' || error.kind === 'invalid'))
      return { problem: error };
    throw error;
  }
}

/** Restrictions and revocations by policy; that they cannot be read takes nothing from the list. */
async function readablePolicy(
  deps: DistributionsDeps,
  place: PackageBucket,
  cache: ListCache,
  signal: AbortSignal,
): Promise<{ policy?: string | undefined; problem?: AppError }> {
  if (cache.policyRefused) return { problem: cache.policyRefused };
  try {
    return { policy: await readPolicy(deps, place, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    if (error.kind === 'permission') cache.policyRefused = error;
    return { problem: error };
  }
}

/** What a list is without that may not have all versions: each was looked at instead, as far as that was permitted. */
function unlistedText(found: readonly Found[]): string {
  const isUnasked = found.some(
    ({ subject, presence }) => subject.presence === 'ask' && presence === 'unknown',
  );
  const hidden = 'Packages under a delete marker may be missing here';
  return isUnasked ? `${hidden}, and deleted ones read as valid.` : `${hidden}.`;
}

function sourcesOf(
  objects: ReadonlyMap<string, BucketObject>,
  areVersionsListed: boolean,
  ledger: Ledger,
  record: DistributionRecord | undefined,
  { bucket }: PackageBucket,
): PackageSources[] {
  const keys = new Set([...objects.keys()].filter((key) => key.endsWith('.zip')));
  for (const entry of ledger.entries) if (entry.bucket === bucket) keys.add(entry.key);
  // A record may speak of another bucket: ccwb's first generation used that of the builds.
  if (record?.packageKey && record.url.includes(bucket)) keys.add(record.packageKey);
  return [...keys].map((key) => {
    const object = objects.get(key);
    const remembered = entryOf(ledger, key);
    return {
      key,
      areVersionsListed,
      ...(object ? { object } : {}),
      ...(remembered?.bucket === bucket ? { ledger: remembered } : {}),
      ...(record?.packageKey === sanitiseText(key) ? { record } : {}),
    };
  });
}

/** Reads metadata where the ledger does not know them, and asks for versions that could not be listed. */
async function lookAtAll(
  deps: DistributionsDeps,
  place: PackageBucket,
  found: readonly Found[],
  cache: ListCache,
  signal: AbortSignal,
): Promise<void> {
  const queue = found
    .filter((it) => it.presence !== 'gone' && (it.subject.presence === 'ask' || !it.ledger))
    .slice(0, mostLookedAt);
  let denied = false;
  const work = async (): Promise<void> => {
    for (let it = queue.shift(); it && !denied; it = queue.shift()) {
      const { key, subject } = it;
      const id = `${key} ${subject.versionId} ${subject.etag} ${subject.modifiedAt}`;
      const known = subject.presence === 'ask' ? undefined : cache.facts.get(id);
      if (known) {
        it.facts = known;
        continue;
      }
      const look = await lookAt(deps, place, key, subject.isOnTop ? undefined : subject.versionId, signal);
      if (look === 'denied') denied ||= subject.presence !== 'ask';
      else if (look === 'gone') it.presence = 'gone';
      else {
        const { size, modifiedAt, metadata: _raw, clockAheadMs: _skew, objectEndsAt: _end, ...facts } = look;
        if (subject.presence === 'ask') it.subject = { ...subject, size, modifiedAt };
        else cache.facts.set(id, facts);
        it.facts = facts;
        it.presence = 'there';
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Remembers since when packages are gone, so that they can be forgotten one day. A help, no condition of listing. */
async function noteGone(
  deps: DistributionsDeps,
  found: readonly Found[],
  signal: AbortSignal,
): Promise<void> {
  const now = deps.clock.now();
  const gone = found.filter(
    ({ presence, ledger }) => presence === 'gone' && ledger && ledger.goneAt === undefined,
  );
  if (gone.length === 0) return;
  try {
    await changeLedger(
      deps,
      (ledger) => gone.reduce((all, { key }) => withMark(all, key, { goneAt: now }, now), ledger),
      signal,
    );
  } catch {
    signal.throwIfAborted();
  }
}
