import {
  addressesSid,
  findStatement,
  partitionOf,
  revocation,
  revokedSid,
} from '../../../domain/bucket-policy.ts';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { formatUtc } from '../../../domain/format.ts';
import { type LedgerEntry, withKnown, withMark } from '../../../domain/ledger.ts';
import { lastEnd, type Removal, refuseLandingPage } from '../../../domain/links.ts';
import type { Ask, Say } from '../../../domain/ports.ts';
import type { DistributionsDeps } from '../deps.ts';
import { changeLedger } from '../ledger.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { readPolicy } from '../policy/bucket-policy-api.ts';
import { applyStatement, removeStatement } from '../policy/statements.ts';
import { correctRecord } from '../record/correct.ts';
import { proveDead } from './prove-dead.ts';
import { type Removed, removeVersions } from './remove-versions.ts';

/** Has every link to a package refused, and proves it. See `LinksService.revoke`. */
export async function revoke(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  list: readonly PackageEntry[],
  options: { ask?: Ask },
  say: Say,
  signal: AbortSignal,
): Promise<Removal> {
  refuseLandingPage(entry);
  const killed = await kill(deps, place, entry, options, say, signal);
  // Whoever cancels now must not leave a record behind that leads nowhere.
  const record = await correctRecord(deps, entry.key, list, new AbortController().signal);
  say({ kind: 'note', text: 'Asking every link whether it is dead.' });
  const answers = await proven(entry, killed, () => proveDead(deps, place, entry, killed.how, say, signal));
  const now = deps.clock.now();
  const mark = { revokedAt: now, ...(killed.how === 'deleted' ? { goneAt: now } : {}) };
  const remarks = [
    ...killed.remarks,
    ...(await tidyPolicy(deps, place, entry, killed, signal)),
    ...(await remember(deps, place, entry, mark, signal)),
  ];
  return { key: entry.key, how: killed.how, versions: killed.versions, answers, record, remarks };
}

/** Deletes a package; that its links are dead follows from there being no version of it. See `LinksService.delete`. */
export async function remove(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  list: readonly PackageEntry[],
  say: Say,
  signal: AbortSignal,
): Promise<Removal> {
  say({ kind: 'note', text: `Deleting ${entry.filename}.` });
  const removed = await removeVersions(deps, place, entry, signal);
  const killed: Killed = { how: 'deleted', ...removed, remarks: foreignRemark(removed, entry) };
  const record = await correctRecord(deps, entry.key, list, new AbortController().signal);
  const remarks = [
    ...killed.remarks,
    ...(await tidyPolicy(deps, place, entry, killed, signal)),
    ...(await remember(deps, place, entry, { goneAt: deps.clock.now() }, signal)),
  ];
  return { key: entry.key, how: 'deleted', versions: removed.versions, answers: [], record, remarks };
}

type Killed = Pick<Removal, 'how' | 'versions'> & { foreign: number; remarks: readonly string[] };

/** What cannot be asked for now is told of as what it is: done, and not proven. */
async function proven<T>(entry: PackageEntry, { how }: Killed, prove: () => Promise<T>): Promise<T> {
  try {
    return await prove();
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'failed') throw error;
    const done = how === 'deleted' ? 'was deleted' : 'has its links denied by the policy of the bucket';
    throw new AppError({
      kind: error.kind,
      message: `${entry.filename} ${done}, but that its links are dead is not proven: ${error.message}`,
      hint: 'Revoke it again to have that proven.',
      retryable: true,
      cause: error,
    });
  }
}

/** Deleted where that is permitted, else denied. */
async function kill(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  options: { ask?: Ask },
  say: Say,
  signal: AbortSignal,
): Promise<Killed> {
  try {
    say({ kind: 'note', text: `Deleting the versions of ${entry.filename}.` });
    const removed = await removeVersions(deps, place, entry, signal);
    return { how: 'deleted', ...removed, remarks: foreignRemark(removed, entry) };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'permission') throw error;
    say({ kind: 'note', text: `${error.message} Denying its links in the policy of ${place.bucket}.` });
    return deny(deps, place, entry, options, error, say, signal);
  }
}

async function deny(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  { ask }: { ask?: Ask },
  notDeleted: AppError,
  say: Say,
  signal: AbortSignal,
): Promise<Killed> {
  const { bucket, region } = place;
  const statement = revocation({ partition: partitionOf(region), bucket, key: entry.key });
  // To revoke was agreed to; whoever can be asked sees what of the policy that changes.
  const confirm = async (difference: { added: string[]; removed: string[] }) => {
    for (const line of difference.removed) say({ kind: 'note', text: `- ${line}` });
    for (const line of difference.added) say({ kind: 'note', text: `+ ${line}` });
    return ask ? ask({ kind: 'policy', bucket, ...difference }, signal) : true;
  };
  try {
    const { kind, notes } = await applyStatement(deps, place, statement, confirm, signal);
    if (kind === 'declined') throw declined(entry, deps.clock.now());
    return { how: 'denied', versions: 0, foreign: 0, remarks: notes };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'permission') throw error;
    throw notRevoked(entry, deps.clock.now(), [notDeleted, error]);
  }
}

const foreignRemark = ({ foreign }: Removed, { key }: PackageEntry): string[] =>
  foreign === 0
    ? []
    : [
        `${foreign} ${foreign === 1 ? 'version' : 'versions'} that somebody else put under ${key} ${foreign === 1 ? 'stays' : 'stay'}.`,
      ];

/** Statements of a package that is gone only take up room in the policy. */
async function tidyPolicy(
  deps: DistributionsDeps,
  place: PackageBucket,
  { key }: PackageEntry,
  { how, foreign }: Killed,
  signal: AbortSignal,
): Promise<string[]> {
  if (how !== 'deleted' || foreign > 0) return [];
  try {
    const policy = await readPolicy(deps, place, signal);
    if (policy === undefined) return [];
    const said: string[] = [];
    for (const sid of [addressesSid(key), revokedSid(key)]) {
      if (!findStatement(policy, sid)) continue;
      const { notes } = await removeStatement(deps, place, sid, signal);
      said.push(`Its statement ${sid} was removed from the policy of ${place.bucket}.`, ...notes);
    }
    return said;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    // Without any statement of ours nobody misses the permission.
    return error.kind === 'permission'
      ? []
      : [`Its statements stay in the bucket’s policy: ${error.message}`];
  }
}

async function remember(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  mark: Pick<LedgerEntry, 'revokedAt' | 'goneAt'>,
  signal: AbortSignal,
): Promise<string[]> {
  const now = deps.clock.now();
  const known = ledgerEntry(place, entry);
  try {
    return await changeLedger(
      deps,
      (ledger) => withMark(known ? withKnown(ledger, known) : ledger, entry.key, mark, now),
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    return [error instanceof AppError ? `Not in the ledger: ${error.message}` : 'Not in the ledger.'];
  }
}

/** A package of somebody else, so that it can be told later what became of it. */
function ledgerEntry({ bucket, region }: PackageBucket, entry: PackageEntry): LedgerEntry | undefined {
  const { key, filename, size, checksum, modifiedAt, versionId, by, links = [] } = entry;
  if (checksum === undefined) return undefined;
  return {
    key,
    bucket,
    region,
    ...(versionId === undefined ? {} : { versionId }),
    filename,
    size,
    sha256: checksum,
    platforms: entry.platforms ?? [],
    builds: entry.builds ?? [],
    files: [],
    ...(by === undefined ? {} : { who: by }),
    createdAt: entry.createdAt ?? modifiedAt,
    links: links.map(({ url, expiresAt, madeAt = modifiedAt, cause = 'asked' }) => ({
      url,
      madeAt,
      expiresAt,
      cause,
    })),
  };
}

function untilText({ links = [] }: PackageEntry, now: number): string {
  const end = lastEnd(links);
  if (end === undefined) return 'No link of it is known here; one that somebody else made goes on working.';
  return end <= now
    ? 'Its known links have ended by themselves.'
    : `The link works until ${formatUtc(end)}, unless the key that signed it ends sooner.`;
}

function notRevoked(entry: PackageEntry, now: number, why: readonly AppError[]): AppError {
  return new AppError({
    kind: 'failed',
    message: `${entry.filename} was not revoked: ${why.map(({ message }) => message).join(' ')} ${untilText(entry, now)}`,
    hint: 'Ask for s3:DeleteObjectVersion, or for s3:GetBucketPolicy and s3:PutBucketPolicy; or deactivate the key that signed it.',
    cause: why[1],
  });
}

function declined(entry: PackageEntry, now: number): AppError {
  return new AppError({
    kind: 'failed',
    message: `${entry.filename} was not revoked: the bucket’s policy stays as it is, as answered. ${untilText(entry, now)}`,
    hint: 'Deleting the package, which needs s3:DeleteObjectVersion, would revoke it too.',
  });
}
