import { scryptSync } from 'node:crypto';

/** scrypt's cost: a few milliseconds, so that signing in does not feel slow. */
const cost = { N: 2 ** 12, r: 8, p: 1 };

/** 48 bytes that depend on the user and the session and on nothing else. */
export function deriveKey(user, session) {
  return scryptSync(user, `sample-session:${session}`, 48, cost);
}
