import { parseAddressRanges } from '../../../domain/address-range.ts';
import { partitionOf, restriction } from '../../../domain/bucket-policy.ts';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { policyFacts } from '../../../domain/package-list.ts';
import type { RenewOptions } from '../../../domain/ports.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { readPolicy } from '../policy/bucket-policy-api.ts';
import { applyStatement } from '../policy/statements.ts';
import { note, type RunContext } from '../run-context.ts';

/** What of a renewal a restriction hangs on. */
export type RestrictedRenewal = {
  deps: DistributionsDeps;
  place: PackageBucket;
  entry: PackageEntry;
  options: RenewOptions;
  context: RunContext;
};

/**
 * Networks the new link may be used from: those asked for, else those the package is restricted to. The policy is what
 * counts, not what was once said of it: where a restriction cannot be seen to hold, no link is made.
 */
export async function restrictAsBefore({
  deps,
  place,
  entry,
  options,
  context,
}: RestrictedRenewal): Promise<readonly string[] | undefined> {
  const { bucket, region } = place;
  const asked = options.allowedIps && parseAddressRanges(options.allowedIps.join(','));
  for (const text of asked?.dropped ?? []) note(context, text);
  const policy = await readablePolicy({ deps, place, entry, options, context }).catch((error: unknown) => {
    if (asked === undefined && entry.allowedIps === undefined && isRefusal(error)) return undefined;
    throw error;
  });
  const present = policyFacts(policy, entry.key).allowedIps;
  const allowed = asked?.ranges.map(({ text }) => text) ?? present ?? entry.allowedIps;
  if (allowed === undefined) return undefined;
  if (asked === undefined && present !== undefined) return allowed;
  const wanted = restriction({ partition: partitionOf(region), bucket, key: entry.key, allowed });
  const confirm = async ({ added, removed }: { added: string[]; removed: string[] }) => {
    if (options.ask) return options.ask({ kind: 'policy', bucket, added, removed }, context.signal);
    note(context, `The policy of ${bucket} changes, for all links to ${entry.filename}:`);
    for (const line of removed) note(context, `- ${line}`);
    for (const line of added) note(context, `+ ${line}`);
    return true;
  };
  const { kind, notes } = await applyStatement(deps, place, wanted, confirm, context.signal);
  for (const text of notes) note(context, text);
  if (kind !== 'declined') return allowed;
  throw new AppError({
    kind: 'failed',
    message: `The policy of ${bucket} stays as it is, as answered: no link is made.`,
    hint: 'Without allowed addresses the policy need not change.',
  });
}

async function readablePolicy({ deps, place, context }: RestrictedRenewal): Promise<string | undefined> {
  try {
    return await readPolicy(deps, place, context.signal);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new AppError({
      kind: 'permission',
      message: `${error.message} Whether the link would be restricted to addresses cannot be seen: none is made.`,
      hint: error.hint ?? 'Ask for the IAM action s3:GetBucketPolicy.',
      cause: error,
    });
  }
}

const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && error.kind === 'permission';
