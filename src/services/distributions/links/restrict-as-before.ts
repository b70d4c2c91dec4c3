import { type AddressRange, parseAddressRanges } from '../../../domain/address-range.ts';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { policyFacts } from '../../../domain/package-list.ts';
import type { RenewOptions } from '../../../domain/ports/links.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { readPolicy } from '../policy/bucket-policy-api.ts';
import { type Restriction, showing, statementFor } from '../policy/restrict.ts';
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
  const { bucket } = place;
  const asked = options.allowedIps && parseAddressRanges(options.allowedIps.join(','));
  for (const text of asked?.dropped ?? []) note(context, text);
  const policy = await readablePolicy(renewal).catch((error: unknown) => {
    if (asked === undefined && entry.restrictedTo === undefined && isRefusal(error)) return undefined;
    throw error;
  });
  const present = policyFacts(policy, entry.key).allowedIps ?? entry.restrictedTo;
  const allowed = asked?.ranges ?? (present && rangesOf(entry, present));
  if (allowed === undefined) return undefined;
  const restricted = { key: entry.key, allowed };
  const wanted = statementFor(place, restricted, until);
  const confirm = showing(options.ask, bucket, context, `, for all links to ${entry.filename}`);
  const { kind, notes } = await applyStatement(deps, place, wanted, confirm, context.signal);
  for (const text of notes) note(context, text);
  if (kind !== 'declined') return restricted;
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
