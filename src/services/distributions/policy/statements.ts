import {
  findStatement,
  holdsFor,
  type OwnStatement,
  withoutStatement,
  withStatement,
} from '../../../domain/bucket-policy.ts';
import type { PackageBucket } from '../package-bucket.ts';
import type { PolicyDeps } from './bucket-policy-api.ts';
import { type ConfirmPolicy, changePolicy, type PolicyEdit, type PolicyOutcome } from './change-policy.ts';

/** Names of statements of ours that can go, by the policy as it is when it is written: others change it too. */
export type Unneeded = (policy: string) => readonly string[];

/**
 * Puts a statement of ours into the bucket's policy and sees it there; the statements of others stay. `confirm` is
 * asked with the difference first.
 * @throws AppError: `permission` where the policy may not be read or written, `invalid` where it is not understood or
 * would get too large, `conflict` where others keep writing over it. Whether it was written is then for
 * {@link removeStatements} to settle.
 */
export function applyStatement(
  deps: PolicyDeps,
  place: PackageBucket,
  statement: OwnStatement,
  confirm: ConfirmPolicy,
  signal: AbortSignal,
): Promise<PolicyOutcome> {
  const edit: PolicyEdit = (policy) => withStatement(policy, statement);
  const isWanted = (policy: string | undefined) => {
    const present = policy === undefined ? undefined : findStatement(policy, statement.Sid);
    return present !== undefined && holdsFor(present, statement);
  };
  return changePolicy(deps, place, edit, isWanted, confirm, signal);
}

/**
 * Takes the statement of a name out of the bucket's policy; a policy without any other goes with it.
 * @throws AppError as {@link applyStatement}.
 */
export function removeStatement(
  deps: PolicyDeps,
  place: PackageBucket,
  name: string,
  signal: AbortSignal,
): Promise<PolicyOutcome> {
  return removeStatements(deps, place, (policy) => (findStatement(policy, name) ? [name] : []), signal);
}

/**
 * Takes what is `unneeded` out of the bucket's policy; a policy without anything else goes with it.
 * @throws AppError as {@link applyStatement}.
 */
export function removeStatements(
  deps: PolicyDeps,
  place: PackageBucket,
  unneeded: Unneeded,
  signal: AbortSignal,
): Promise<PolicyOutcome> {
  const edit: PolicyEdit = (policy) =>
    policy === undefined
      ? { text: undefined, added: [], removed: [] }
      : { ...withoutStatements(policy, unneeded(policy)), added: [] };
  const isWanted = (policy: string | undefined) => policy === undefined || unneeded(policy).length === 0;
  return changePolicy(deps, place, edit, isWanted, async () => true, signal);
}

function withoutStatements(policy: string, names: readonly string[]) {
  let text: string | undefined = policy;
  const removed: string[] = [];
  for (const name of names) {
    if (text === undefined) break;
    const without = withoutStatement(text, name);
    text = without.text;
    removed.push(...without.removed);
  }
  return { text, removed };
}
