import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Removal } from '../../../domain/links.ts';
import type { Say } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { correctRecord } from '../record/correct.ts';
import { proveDead, proven } from './prove-dead.ts';

/**
 * Of a package whose links were revoked before: proves once more that none of them works, and changes nothing, but for
 * a record that leads to it all the same.
 * @returns undefined where it was not revoked, not to its end, or where a link works: then it is to be revoked.
 * @throws AppError where the links cannot be asked.
 */
export async function revokedAlready(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  list: readonly PackageEntry[],
  say: Say,
  signal: AbortSignal,
): Promise<Removal | undefined> {
  const { key, state, isGone, isRecorded, revokedAt, revokingSince } = entry;
  if (state !== 'revoked' || revokingSince !== undefined) return undefined;
  say({ kind: 'note', text: `${entry.filename} was revoked before. Asking every link whether it is dead.` });
  const how = isGone ? 'deleted' : 'denied';
  try {
    const prove = () => proveDead(deps, place, entry, how, say, signal);
    const answers = await proven(entry, 'was revoked before', prove);
    return {
      key,
      how,
      versions: 0,
      already: revokedAt === undefined ? {} : { at: revokedAt },
      answers,
      record: isRecorded
        ? await correctRecord(deps, key, list, new AbortController().signal)
        : { kind: 'untouched' },
      remarks: isGone ? [] : ['The package itself is in the bucket still: deleting it is another thing.'],
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'failed') throw error;
    say({ kind: 'note', text: `${error.message} Revoking it once more.` });
    return undefined;
  }
}
