import type { SandboxAccount } from './account.ts';

/** The account's users: the owner of all, and the one whose key signs links that live longest (ccwb's `P-distributor`). */
export type UserName = 'owner' | 'distributor';

export type User = { name: UserName; arn: string; userId: string };

/** Whose signature a request carries, and when it was made. */
export type Caller = User & {
  /** Epoch milliseconds. */
  signedAt: number;
};

/** A user of the account. */
export function userOf(account: SandboxAccount, name: UserName): User {
  const arn = `arn:aws:iam::${account.accountId}:user`;
  return name === 'owner'
    ? { name, arn: `${arn}/sandbox`, userId: 'AIDASANDBOXSANDBOXSAN' }
    : { name, arn: `${arn}/${account.poolName}-distributor`, userId: 'AIDADISTRIBUTORDISTRI' };
}
