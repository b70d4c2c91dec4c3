import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { type Removal, refuseLandingPage } from '../../../domain/links.ts';
import type { Ask, Say } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { correctRecord } from '../record/correct.ts';
import { deny } from './deny.ts';
import { proveDead, proven } from './prove-dead.ts';
import { forgetIntent, remember } from './remember.ts';
import { type Removed, removeVersions } from './remove-versions.ts';
import { revokedAlready } from './revoked-already.ts';
import { tidyPolicy } from './tidy-policy.ts';

/**
 * Has every link to a package refused, and proves it. See `LinksService.revoke`. The ledger knows of it from before
 * anything is deleted, so that one that is cut short is told from a package that somebody deleted.
 */
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
  const already = await revokedAlready(deps, place, entry, list, say, signal);
  if (already) return already;
  // Whoever cancels once something is deleted must leave neither a record that leads nowhere nor a ledger that is wrong.
  const uncut = new AbortController().signal;
  const since = deps.clock.now();
  const begun = await remember(deps, place, entry, { revoking: { since } }, signal);
  const killed = await kill(deps, place, entry, options, say, signal);
  if (killed instanceof AppError) {
    await forgetIntent(deps, entry, uncut);
    throw killed;
  }
  await remember(deps, place, entry, { revoking: { since, isKilled: true } }, uncut);
  const record = await correctRecord(deps, entry.key, list, uncut);
  say({ kind: 'note', text: 'Asking every link whether it is dead.' });
  const answers = await askAll(deps, place, entry, killed, since, say, signal);
  const now = deps.clock.now();
  const mark = { revokedAt: now, ...(killed.how === 'deleted' ? { goneAt: now } : {}) };
  const noted = await remember(deps, place, entry, mark, signal);
  const tidied = isAllDeleted(killed) ? await tidyPolicy(deps, place, entry, signal) : [];
  const remarks = [...new Set([...begun, ...killed.remarks, ...tidied, ...noted])];
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
    ...(isAllDeleted(killed) ? await tidyPolicy(deps, place, entry, signal) : []),
    ...(await remember(deps, place, entry, { goneAt: deps.clock.now() }, signal)),
  ];
  return { key: entry.key, how: 'deleted', versions: removed.versions, answers: [], record, remarks };
}

type Killed = Pick<Removal, 'how' | 'versions'> & { foreign: number; remarks: readonly string[] };

const isAllDeleted = ({ how, foreign }: Killed) => how === 'deleted' && foreign === 0;

/** Deleted where that is permitted, else denied; an error where neither is, and nothing was changed. */
async function kill(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  options: { ask?: Ask },
  say: Say,
  signal: AbortSignal,
): Promise<Killed | AppError> {
  try {
    say({ kind: 'note', text: `Deleting the versions of ${entry.filename}.` });
    const removed = await removeVersions(deps, place, entry, signal);
    return { how: 'deleted', ...removed, remarks: foreignRemark(removed, entry) };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'permission') throw error;
    say({ kind: 'note', text: `${error.message} Denying its links in the policy of ${place.bucket}.` });
    const denied = await deny(deps, place, entry, options, error, say, signal);
    return denied instanceof AppError ? denied : { how: 'denied', versions: 0, foreign: 0, remarks: denied };
  }
}

/** What the known links answer, once none works. One that does is remembered: no listing is proof against that. */
async function askAll(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  { how }: Killed,
  since: number,
  say: Say,
  signal: AbortSignal,
): Promise<Removal['answers']> {
  const done = how === 'deleted' ? 'was deleted' : 'has its links denied by the policy of the bucket';
  try {
    return await proven(entry, done, () => proveDead(deps, place, entry, how, say, signal));
  } catch (error) {
    if (error instanceof AppError && error.kind === 'failed') {
      await remember(deps, place, entry, { revoking: { since, isContradicted: true } }, signal);
    }
    throw error;
  }
}

const foreignRemark = ({ foreign }: Removed, { key }: PackageEntry): string[] =>
  foreign === 0
    ? []
    : [
        `${foreign} ${foreign === 1 ? 'version' : 'versions'} that somebody else put under ${key} ${foreign === 1 ? 'stays' : 'stay'}.`,
      ];
