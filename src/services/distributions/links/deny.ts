import { partitionOf, revocation } from '../../../domain/bucket-policy.ts';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { lastEnd } from '../../../domain/links.ts';
import type { Ask, Say } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { applyStatement } from '../policy/statements.ts';
import { momentText } from './moment-text.ts';

/**
 * Has the bucket's policy refuse every link to a package that may not be deleted.
 * @returns what is worth saying, a sentence each; an error where nothing was changed, which says until when links work.
 */
export async function deny(
  deps: DistributionsDeps,
  place: PackageBucket,
  entry: PackageEntry,
  { ask }: { ask?: Ask },
  notDeleted: AppError,
  say: Say,
  signal: AbortSignal,
): Promise<string[] | AppError> {
  const { bucket, region } = place;
  const statement = revocation({ partition: partitionOf(region), bucket, key: entry.key });
  // To revoke was agreed to; whoever can be asked sees what of the policy that changes.
  const confirm = async (difference: { added: string[]; removed: string[] }) => {
    if (ask) return ask({ kind: 'policy', bucket, ...difference }, signal);
    for (const line of difference.removed) say({ kind: 'note', text: `- ${line}` });
    for (const line of difference.added) say({ kind: 'note', text: `+ ${line}` });
    return true;
  };
  try {
    const { kind, notes } = await applyStatement(deps, place, statement, confirm, signal);
    return kind === 'declined' ? declined(deps, entry) : notes;
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'permission') throw error;
    return notRevoked(deps, entry, [notDeleted, error]);
  }
}

function untilText(deps: DistributionsDeps, { links = [] }: PackageEntry): string {
  const end = lastEnd(links);
  if (end === undefined) return 'No link of it is known here; one that somebody else made goes on working.';
  return end <= deps.clock.now()
    ? 'Its known links have ended by themselves.'
    : `The link works until ${momentText(deps, end)}, unless the key that signed it ends sooner.`;
}

function notRevoked(deps: DistributionsDeps, entry: PackageEntry, why: readonly AppError[]): AppError {
  return new AppError({
    kind: 'failed',
    message: `${entry.filename} was not revoked: ${why.map(({ message }) => message).join(' ')} ${untilText(deps, entry)}`,
    hint: 'Ask for s3:DeleteObjectVersion, or for s3:GetBucketPolicy and s3:PutBucketPolicy; or deactivate the key that signed it.',
    cause: why[1],
  });
}

function declined(deps: DistributionsDeps, entry: PackageEntry): AppError {
  return new AppError({
    kind: 'failed',
    message: `${entry.filename} was not revoked: the bucket’s policy stays as it is, as answered. ${untilText(deps, entry)}`,
    hint: 'Deleting the package, which needs s3:DeleteObjectVersion, would revoke it too.',
  });
}
