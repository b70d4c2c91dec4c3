/**
 * The role session name for a user: the characters that AWS allows (letters, digits, `=,.@-_`), 2 to 64 of them.
 */
export function sessionName(email) {
  const allowed = email.normalize('NFKD').replace(/[^A-Za-z0-9=,.@_-]/g, '-').slice(0, 64);
  return allowed.length < 2 ? `${allowed}-user`.slice(-64) : allowed;
}

/** When a session that begins at `now` (epoch milliseconds) ends, as AWS writes it: whole seconds, UTC. */
export function expirationOf(now, hours) {
  return new Date(Math.floor(now / 1000) * 1000 + hours * 3_600_000).toISOString().replace('.000Z', 'Z');
}
