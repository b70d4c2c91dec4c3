import type { ExpiryCause } from './distribution.ts';

const hourMs = 3_600_000;

/** A link that ends sooner than this is called expiring. */
export const expiringWithinMs = 6 * hourMs;

/** Differences below this are rounding, not a shorter life worth a warning. */
const shortByMs = 60_000;

/** When the credentials that sign stop; `unknown` for a session whose end nobody told us. */
export type CredentialsEnd = { kind: 'never' } | { kind: 'at'; at: number } | { kind: 'unknown' };

/** The life of a link; times are epoch milliseconds of S3's clock. */
export type LinkLife = {
  signedAt: number;
  /** What was asked for, and what the signature itself says. */
  askedUntil: number;
  /** When it really stops working, as far as can be known. */
  expiresAt: number;
  cause: ExpiryCause;
};

/**
 * How long a link will really work: S3 honours it until the time in its signature, but not longer than the
 * credentials that signed it live, nor than the object exists.
 * `objectEndsAt`: when a lifecycle rule removes the object (`x-amz-expiration`), where one does.
 */
export function linkLife(facts: {
  signedAt: number;
  hours: number;
  credentials: CredentialsEnd;
  objectEndsAt?: number;
}): LinkLife {
  const { signedAt, hours, credentials, objectEndsAt } = facts;
  const askedUntil = signedAt + hours * hourMs;
  const life: LinkLife = {
    signedAt,
    askedUntil,
    expiresAt: askedUntil,
    cause: credentials.kind === 'unknown' ? 'unknown-credentials' : 'asked',
  };
  if (credentials.kind === 'at' && credentials.at < life.expiresAt) {
    life.expiresAt = credentials.at;
    life.cause = 'credentials';
  }
  if (objectEndsAt !== undefined && objectEndsAt < life.expiresAt) {
    life.expiresAt = objectEndsAt;
    life.cause = 'object';
  }
  return life;
}

/** True where the user must be told that the link will end well before what was asked. */
export function isShorterThanAsked(life: LinkLife): boolean {
  return life.askedUntil - life.expiresAt >= shortByMs;
}

/** State of a link by its end. */
export function linkState(expiresAt: number, now: number): 'valid' | 'expiring' | 'expired' {
  if (now >= expiresAt) return 'expired';
  return expiresAt - now <= expiringWithinMs ? 'expiring' : 'valid';
}

/** Why a link ends when it ends, in words that follow "until …,". */
export function expiryReason(cause: ExpiryCause): string {
  const reasons: Record<ExpiryCause, string> = {
    asked: 'as asked',
    credentials: 'when the credentials that signed it end',
    object: 'when the bucket’s lifecycle rule removes the package',
    'unknown-credentials': 'as asked, or earlier with the credentials that signed it: their end is not known',
  };
  return reasons[cause];
}

/**
 * What can be done where a link would end before what was asked, in sentences.
 * `hasSigningUser`: the distribution stack has a user to sign with, whose key could not be used.
 */
export function waysOut(life: LinkLife, hasSigningUser: boolean): string {
  const hours = Math.floor((life.expiresAt - life.signedAt) / hourMs);
  const fewer = hours >= 1 ? `ask for at most ${hours} h` : 'ask for fewer hours';
  if (life.cause === 'object')
    return `To be sure of its end ${fewer}, or change the bucket’s lifecycle rule.`;
  const user = hasSigningUser
    ? 'have secretsmanager:GetSecretValue granted for the distribution stack’s signing user'
    : 'deploy the distribution stack, whose signing user’s key lives on (ccwb deploy distribution)';
  return `For a longer life: ${user}; sign in anew (aws sso login); or use long-term keys. Else ${fewer}.`;
}

/**
 * A link with its beginning and its end, to fit `width` columns. Links are ASCII, so characters are columns.
 * The beginning gets the larger half: host and file name say more than a signature.
 */
export function elideLink(link: string, width: number, ellipsis = '…'): string {
  if (link.length <= width) return link;
  const room = width - ellipsis.length;
  if (room <= 0) return link.slice(0, Math.max(0, width));
  const tail = Math.floor(room / 3);
  return link.slice(0, room - tail) + ellipsis + link.slice(link.length - tail);
}
