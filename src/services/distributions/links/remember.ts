import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { type Ledger, type LedgerEntry, withKnown, withMark, withoutIntent } from '../../../domain/ledger.ts';
import type { DistributionsDeps } from '../deps.ts';
import { changeLedger } from '../ledger.ts';
import type { PackageBucket } from '../package-bucket.ts';

/**
 * Marks a package in the ledger, which hears of somebody else's with that.
 * @returns what must be said about it; never throws but for an abort: what was done is done all the same.
 */
export async function remember(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  mark: Pick<LedgerEntry, 'revokedAt' | 'goneAt' | 'revoking'>,
  signal: AbortSignal,
): Promise<string[]> {
  const now = deps.clock.now();
  const known = ledgerEntry(place, entry);
  const marked = (ledger: Ledger) =>
    withMark(known ? withKnown(ledger, known) : ledger, entry.key, mark, now);
  return noted(deps, marked, signal);
}

/** Takes the mark of a revocation that came to nothing. @returns as {@link remember} does. */
export function forgetIntent(
  deps: DistributionsDeps,
  { key }: PackageEntry,
  signal: AbortSignal,
): Promise<string[]> {
  return noted(deps, (ledger) => withoutIntent(ledger, key), signal);
}

async function noted(
  deps: DistributionsDeps,
  change: (ledger: Ledger) => Ledger,
  signal: AbortSignal,
): Promise<string[]> {
  try {
    return await changeLedger(deps, change, signal);
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
