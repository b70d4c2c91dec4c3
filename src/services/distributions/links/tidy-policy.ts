import { findStatement } from '../../../domain/bucket-policy.ts';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { addressesSid, revokedSid } from '../../../domain/policy-sid.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { readPolicy } from '../policy/bucket-policy-api.ts';
import { removeStatement } from '../policy/statements.ts';

/**
 * Removes the statements of a package that is gone: they only take up room in the policy.
 * @returns what was done, or why it was not, a sentence each; never throws but for an abort.
 */
export async function tidyPolicy(
  deps: DistributionsDeps,
  place: PackageBucket,
  { key }: PackageEntry,
  signal: AbortSignal,
): Promise<string[]> {
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
