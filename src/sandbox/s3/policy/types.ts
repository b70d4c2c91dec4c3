import type { Condition } from './conditions.ts';
import type { Pattern } from './pattern.ts';

/** Who may ask, by what a statement's `Principal` says. */
export type Principal =
  /** `*`: whoever it is, unsigned requests too. */
  | { kind: 'everyone' }
  /** All of an account. An Allow of it gives nothing by itself: it leaves the matter to the account's own policies. */
  | { kind: 'account'; accountId: string }
  | { kind: 'arn'; arn: string }
  /** A service or a foreign sign-in: nobody of these asks here. */
  | { kind: 'nobody' };

/** What `Action` or `Resource` names; with `Not` in front of it, all but that. */
export type Selection = { negated: boolean; patterns: readonly Pattern[] };

export type Statement = {
  effect: 'Allow' | 'Deny';
  principals: readonly Principal[];
  /** Patterns in lower case: actions are compared without regard to it. */
  actions: Selection;
  resources: Selection;
  /** All must hold. */
  conditions: readonly Condition[];
};

/** A policy that was read and found whole. */
export type Policy = readonly Statement[];

/** What a statement is weighed against. */
export type Asked = {
  /** Absent: the request is not signed. */
  arn?: string;
  accountId?: string;
  /** `s3:GetObject`. */
  action: string;
  /** `arn:aws:s3:::bucket/key`. */
  resource: string;
  /** Values of the condition keys, by their lower-case name; those that the request does not have are absent. */
  facts: Readonly<Record<string, string>>;
};
