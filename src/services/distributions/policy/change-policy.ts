import { AppError } from '../../../domain/errors.ts';
import type { PolicyDifference } from '../../../domain/policy-difference.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { type PolicyDeps, readPolicy, writePolicy } from './bucket-policy-api.ts';

/** A policy as it should become; `text` undefined: none. */
export type PolicyEdit = (policy: string | undefined) => PolicyDifference & { text: string | undefined };

/** Asked before the policy changes; false leaves it as it is. */
export type ConfirmPolicy = (difference: PolicyDifference) => Promise<boolean>;

export type PolicyOutcome = {
  /** `unchanged`: it was so already. */
  kind: 'changed' | 'unchanged' | 'declined';
  /** What is worth saying, a sentence each. */
  notes: string[];
};

/** Whether a policy is as it should be, once it was written. */
export type IsWanted = (policy: string | undefined) => boolean;

/** Times the policy is written, when others write it too. */
const mostTries = 5;
/** Before a write that failed is tried again, ms. */
const pauseMs = 1_000;
/** Reads after a write, with these pauses between them in ms: S3 shows a new policy with a delay. */
const lookPauses = [500, 1_000, 2_000];

/**
 * Reads the policy, changes it and writes it back. S3 has one policy per bucket and no compare-and-swap: it is read
 * again right before the write, and after it until it shows what was wanted; else somebody else wrote over it in the
 * same moment, and all begins anew with theirs.
 * @throws AppError; `conflict` where others kept writing over it.
 */
export async function changePolicy(
  deps: PolicyDeps,
  place: PackageBucket,
  edit: PolicyEdit,
  isWanted: IsWanted,
  confirm: ConfirmPolicy,
  signal: AbortSignal,
): Promise<PolicyOutcome> {
  const notes: string[] = [];
  let agreed: string | undefined;
  let present = await readPolicy(deps, place, signal);
  for (let tries = 0; tries < mostTries; ) {
    const next = edit(present);
    if (next.text === present) return { kind: tries === 0 ? 'unchanged' : 'changed', notes };
    const difference = JSON.stringify([next.added, next.removed]);
    if (agreed !== difference) {
      if (!(await confirm({ added: next.added, removed: next.removed }))) return { kind: 'declined', notes };
      agreed = difference;
    }
    const justBefore = await readPolicy(deps, place, signal);
    if (justBefore !== present) {
      notes.push(`Somebody else changed the policy of ${place.bucket} meanwhile; their change is kept.`);
      present = justBefore;
      // Not a try of ours yet, but whoever writes without end must not keep us here without end.
      tries += 0.5;
      continue;
    }
    tries += 1;
    try {
      await writePolicy(deps, place, next.text, signal);
    } catch (error) {
      if (!isPassing(error) || tries >= mostTries) throw error;
      await deps.clock.sleep(pauseMs, signal);
      present = await readPolicy(deps, place, signal);
      continue;
    }
    present = await readUntil(deps, place, isWanted, signal);
    if (isWanted(present)) return { kind: 'changed', notes };
    notes.push(`Somebody else wrote the policy of ${place.bucket} in the same moment; it is written again.`);
  }
  throw new AppError({
    kind: 'conflict',
    message: `The policy of ${place.bucket} is changed by somebody else again and again.`,
    hint: 'Is something deploying it in a loop? Try again later.',
    retryable: true,
  });
}

/** S3 also answers so while another change of the policy is under way (OperationAborted). */
function isPassing(error: unknown): boolean {
  return error instanceof AppError && (error.retryable || error.kind === 'conflict');
}

async function readUntil(
  deps: PolicyDeps,
  place: PackageBucket,
  isWanted: IsWanted,
  signal: AbortSignal,
): Promise<string | undefined> {
  let policy = await readPolicy(deps, place, signal);
  for (const pause of lookPauses) {
    if (isWanted(policy)) break;
    await deps.clock.sleep(pause, signal);
    policy = await readPolicy(deps, place, signal);
  }
  return policy;
}
