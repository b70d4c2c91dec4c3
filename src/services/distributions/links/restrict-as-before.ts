import { type AddressRange, parseAddressRanges } from '../../../domain/address-range.ts';
import { partitionOf, restriction } from '../../../domain/bucket-policy.ts';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { policyFacts } from '../../../domain/package-list.ts';
import { isProlonging } from '../../../domain/policy-difference.ts';
import type { RenewOptions } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { readPolicy } from '../policy/bucket-policy-api.ts';
import type { Restriction } from '../policy/restrict.ts';
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
 * Restricts the new link, and with it all others to the package: to what was asked for, else as the package is or was.
 * The policy is what counts, not what was once said of it: where a restriction cannot be seen to hold, no link is made.
 * `until`: when the link will end at the latest, epoch ms by S3's clock.
 * @returns the restriction; undefined where the link is for everybody.
 */
export async function restrictAsBefore(
  renewal: RestrictedRenewal,
  until: number,
): Promise<Restriction | undefined> {
  const { deps, place, entry, options, context } = renewal;
  const { bucket, region } = place;
  const asked = options.allowedIps && parseAddressRanges(options.allowedIps.join(','));
  for (const text of asked?.dropped ?? []) note(context, text);
  const policy = await readablePolicy(renewal).catch((error: unknown) => {
    if (asked === undefined && entry.restrictedTo === undefined && isRefusal(error)) return undefined;
    throw error;
  });
  const present = policyFacts(policy, entry.key).allowedIps ?? entry.restrictedTo;
  const allowed = asked?.ranges ?? (present && rangesOf(entry, present));
  if (allowed === undefined) return undefined;
  const texts = allowed.map(({ text }) => text);
  const wanted = restriction({
    partition: partitionOf(region),
    bucket,
    key: entry.key,
    allowed: texts,
    until,
  });
  const confirm = async ({ added, removed }: { added: string[]; removed: string[] }) => {
    if (options.ask && !isProlonging({ added, removed }))
      return options.ask({ kind: 'policy', bucket, added, removed }, context.signal);
    note(context, `The policy of ${bucket} changes, for all links to ${entry.filename}:`);
    for (const line of removed) note(context, `- ${line}`);
    for (const line of added) note(context, `+ ${line}`);
    return true;
  };
  const { kind, notes } = await applyStatement(deps, place, wanted, confirm, context.signal);
  for (const text of notes) note(context, text);
  if (kind !== 'declined') return { key: entry.key, allowed };
  throw new AppError({
    kind: 'failed',
    message: `The policy of ${bucket} stays as it is, as answered: no link is made.`,
    hint: 'Without allowed addresses the policy need not change.',
  });
}

/** @throws AppError where the package is known to be restricted, but not to what. */
function rangesOf({ filename }: PackageEntry, texts: readonly string[]): readonly AddressRange[] {
  if (texts.length > 0) return parseAddressRanges(texts.join(',')).ranges;
  throw new AppError({
    kind: 'usage',
    message: `Links to ${filename} were restricted to addresses that are not known here any more: none is made.`,
    hint: 'Name them: ccwb-tui links renew KEY --allowed-ips CIDRS',
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
