import { AppError } from '../../../domain/errors.ts';
import { policyFacts } from '../../../domain/package-list.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { readPolicy } from '../policy/bucket-policy-api.ts';
import { readThrough } from './read-through.ts';

/** A link that is about to be recorded. */
type MadeLink = { key: string; filename: string; url: string; isRestricted: boolean };

/**
 * Reading a large package back takes minutes, in which somebody else may revoke it: the record must not come to point to
 * a dead link.
 * @throws AppError `conflict` where the link was denied meanwhile
 */
export async function stillServed(
  deps: DistributionsDeps,
  place: PackageBucket,
  { key, filename, url, isRestricted }: MadeLink,
  signal: AbortSignal,
): Promise<void> {
  // Where it is restricted, a refusal may be meant for this machine's address: the policy tells.
  if (isRestricted) {
    const policy = await readPolicy(deps, place, signal);
    if (policyFacts(policy, key).isRevoked) throw revokedMeanwhile(filename, 'the bucket’s policy denies it');
    return;
  }
  const { status } = await readThrough(deps, url, { onlyStatus: true }, () => {}, signal);
  if (status >= 400) throw revokedMeanwhile(filename, `the link answers with HTTP ${status}`);
}

function revokedMeanwhile(filename: string, how: string): AppError {
  return new AppError({
    kind: 'conflict',
    message: `${filename} was revoked while its link was being made: ${how}.`,
    hint: 'The record stays as it is. Make a new distribution: ccwb-tui distribute',
  });
}
