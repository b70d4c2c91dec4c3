import { type AddressRange, isNeverPublic, parseAddressRanges } from '../../../domain/address-range.ts';
import { partitionOf, restriction, restrictionGraceMs } from '../../../domain/bucket-policy.ts';
import type { DistributionOptions } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { isProlonging } from '../../../domain/policy-difference.ts';
import { addressesSid } from '../../../domain/policy-sid.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { noteInJournal, type Run } from '../run.ts';
import { note, type RunContext } from '../run-context.ts';
import { readPolicy } from './bucket-policy-api.ts';
import type { ConfirmPolicy } from './change-policy.ts';
import { applyStatement } from './statements.ts';

/** A restriction as it stands in the bucket's policy, for links to one package. */
export type Restriction = { key: string; allowed: readonly AddressRange[] };

/**
 * What a run has to know of a restriction before it begins: the networks, and that the bucket's policy may be read at
 * all. Undefined where the link is for everybody.
 * @throws AppError, before anything was put anywhere.
 */
export async function prepareRestriction(run: Run): Promise<readonly AddressRange[] | undefined> {
  const { deps, options, context } = run;
  if (options.allowedIps === undefined) return undefined;
  const { ranges, dropped } = parseAddressRanges(options.allowedIps.join(','));
  for (const text of dropped) note(context, text);
  const hidden = deps.place === 'aws' ? ranges.filter(isNeverPublic) : [];
  if (hidden.length > 0) {
    note(
      context,
      `${hidden.map(({ text }) => text).join(', ')}: S3 sees the public address of a network, so nobody gets in by a private one.`,
    );
  }
  await orNoLink(() => readPolicy(deps, run, context.signal));
  return ranges;
}

/**
 * Before LINK: has the bucket's policy refuse links to the run's package from anywhere else, the difference shown
 * first. The run's journal knows of it before it is written. `until`: when the link will end at the latest, epoch ms by
 * S3's clock.
 * @throws AppError, so that no link is made that only claims to be restricted.
 */
export async function restrict(
  run: Run,
  key: string,
  allowed: readonly AddressRange[] | undefined,
  until: number,
): Promise<Restriction | undefined> {
  if (!allowed) return undefined;
  const { deps, context, bucket } = run;
  const restricted = { key, allowed };
  const statement = statementFor(run, restricted, until);
  await orNoLink(async () => {
    await noteInJournal(run, { policySid: addressesSid(key) });
    const confirm = showing(run.options.ask, bucket, context);
    const { kind, notes } = await applyStatement(deps, run, statement, confirm, context.signal);
    for (const text of notes) note(context, text);
    if (kind === 'declined') throw declined(bucket);
  });
  return restricted;
}

/**
 * Before RECORD: nobody wrote over the restriction meanwhile, and it lasts as long as the link, which may have been made
 * long after it where a question waited for its answer. Where that is not so, it is put back. `until`: when the link
 * ends, epoch ms by S3's clock.
 */
export async function keepRestricted(
  { deps, context, bucket, region }: Pick<Run, 'deps' | 'context' | 'bucket' | 'region'>,
  restricted: Restriction | undefined,
  until: number,
): Promise<void> {
  if (!restricted) return;
  const place = { bucket, region };
  const statement = statementFor(place, restricted, until - restrictionGraceMs / 2);
  await orNoLink(async () => {
    const agreedAlready = async () => {
      note(context, 'The restriction is not in the bucket’s policy as it was made; it is put back.');
      return true;
    };
    const { notes } = await applyStatement(deps, place, statement, agreedAlready, context.signal);
    for (const text of notes) note(context, text);
  });
}

/** The statement of a restriction. `until`: when the last link it is for ends, epoch ms by S3's clock. */
export function statementFor(
  { bucket, region }: PackageBucket,
  { key, allowed }: Restriction,
  until: number,
) {
  const partition = partitionOf(region);
  return restriction({ partition, bucket, key, allowed: allowed.map(({ text }) => text), until });
}

/** Shows what will change of the policy, and asks where somebody can answer. `forWhat` follows "changes". */
export function showing(
  ask: DistributionOptions['ask'],
  bucket: string,
  context: RunContext,
  forWhat = '',
): ConfirmPolicy {
  return async ({ added, removed }) => {
    // Who is asked sees it in the question.
    if (ask && !isProlonging({ added, removed }))
      return ask({ kind: 'policy', bucket, added, removed }, context.signal);
    note(context, `The policy of ${bucket} changes${forWhat}:`);
    for (const line of removed) note(context, `- ${line}`);
    for (const line of added) note(context, `+ ${line}`);
    // Who named addresses where nobody can be asked has agreed with that.
    return true;
  };
}

/** An error that also says what it means for the link. */
async function orNoLink<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'usage') throw error;
    throw new AppError({
      kind: error.kind,
      message: `${error.message} Without the bucket’s policy a link cannot be restricted to addresses: none is made.`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      retryable: error.retryable,
      cause: error,
    });
  }
}

function declined(bucket: string): AppError {
  return new AppError({
    kind: 'failed',
    message: `The policy of ${bucket} stays as it is, as answered.`,
    hint: 'Without allowed addresses the policy need not change; the link then works from anywhere.',
  });
}
