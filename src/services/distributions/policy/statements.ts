import { type OwnStatement, withoutStatement, withStatement } from '../../../domain/bucket-policy.ts';
import type { PackageBucket } from '../package-bucket.ts';
import type { PolicyDeps } from './bucket-policy-api.ts';
import { type ConfirmPolicy, changePolicy, type PolicyEdit, type PolicyOutcome } from './change-policy.ts';

/**
 * Puts a statement of ours into the bucket's policy and sees it there; the statements of others stay. `confirm` is
 * asked with the difference first. `ended` names statements of ours that can go along.
 * @throws AppError: `permission` where the policy may not be read or written, `invalid` where it is not understood or
 * would get too large, `conflict` where others keep writing over it. Whether it was written is then for
 * {@link removeStatement} to settle.
 */
export function applyStatement(
  deps: PolicyDeps,
  place: PackageBucket,
  statement: OwnStatement,
  confirm: ConfirmPolicy,
  signal: AbortSignal,
  ended: (policy: string) => readonly string[] = () => [],
): Promise<PolicyOutcome> {
  const edit: PolicyEdit = (policy) => {
    const removed: string[] = [];
    let text = policy;
    for (const sid of policy === undefined ? [] : ended(policy)) {
      if (text === undefined || sid === statement.Sid) continue;
      const without = withoutStatement(text, sid);
      text = without.text;
      removed.push(...without.removed);
    }
    const next = withStatement(text, statement);
    return { text: next.text, added: next.added, removed: [...removed, ...next.removed] };
  };
  return changePolicy(deps, place, edit, { sid: statement.Sid, statement }, confirm, signal);
}

/**
 * Takes a statement of ours out of the bucket's policy; a policy without any other goes with it.
 * @throws AppError as {@link applyStatement}.
 */
export function removeStatement(
  deps: PolicyDeps,
  place: PackageBucket,
  sid: string,
  signal: AbortSignal,
): Promise<PolicyOutcome> {
  const edit: PolicyEdit = (policy) =>
    policy === undefined
      ? { text: undefined, added: [], removed: [] }
      : { ...withoutStatement(policy, sid), added: [] };
  return changePolicy(deps, place, edit, { sid }, async () => true, signal);
}
