import { type AddressRange, isNeverPublic, parseAddressRanges } from '../../../domain/address-range.ts';
import { type OwnStatement, ownStatements, partitionOf, restriction } from '../../../domain/bucket-policy.ts';
import type { DistributionOptions } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { noteInJournal, type Run } from '../run.ts';
import { note, type RunContext } from '../run-context.ts';
import { readPolicy } from './bucket-policy-api.ts';
import type { ConfirmPolicy } from './change-policy.ts';
import { goneSids } from './gone-statements.ts';
import { applyStatement } from './statements.ts';

/** A restriction as it stands in the bucket's policy. */
export type Restriction = { allowed: readonly AddressRange[]; statement: OwnStatement };

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
 * first. The run's journal knows of it before it is written.
 * @throws AppError, so that no link is made that only claims to be restricted.
 */
export async function restrict(
  run: Run,
  key: string,
  allowed: readonly AddressRange[] | undefined,
): Promise<Restriction | undefined> {
  if (!allowed) return undefined;
  const { deps, context, bucket, region } = run;
  const texts = allowed.map(({ text }) => text);
  const statement = restriction({ partition: partitionOf(region), bucket, key, allowed: texts });
  await orNoLink(async () => {
    const gone = await goneSids(deps, run, context.signal);
    await noteInJournal(run, { policySid: statement.Sid });
    const ended = (policy: string) =>
      ownStatements(policy).flatMap(({ sid }) => (gone.includes(sid) ? [sid] : []));
    const confirm = asking(run.options, bucket, context);
    const { kind, notes } = await applyStatement(deps, run, statement, confirm, context.signal, ended);
    for (const text of notes) note(context, text);
    if (kind === 'declined') throw declined(bucket);
  });
  return { allowed, statement };
}

/** Before RECORD: nobody wrote over the restriction meanwhile. Where somebody did, it is put back. */
export async function keepRestricted(run: Run, restricted: Restriction | undefined): Promise<void> {
  if (!restricted) return;
  const { deps, context } = run;
  await orNoLink(async () => {
    const agreedAlready = async () => {
      note(context, 'Somebody else wrote over the restriction in the bucket’s policy; it is put back.');
      return true;
    };
    const { notes } = await applyStatement(deps, run, restricted.statement, agreedAlready, context.signal);
    for (const text of notes) note(context, text);
  });
}

/** Shows what will change, and asks where somebody can answer. */
function asking(options: DistributionOptions, bucket: string, context: RunContext): ConfirmPolicy {
  return async ({ added, removed }) => {
    // Who is asked sees it in the question.
    if (options.ask) return options.ask({ kind: 'policy', bucket, added, removed }, context.signal);
    note(context, `The policy of ${bucket} changes:`);
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
