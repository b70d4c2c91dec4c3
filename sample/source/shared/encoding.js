/** base64url without padding, as JSON Web Tokens use it. */
export function toBase64Url(text) {
  return Buffer.from(text, 'utf8').toString('base64url');
}

/** The text behind base64url, undefined where it is none. */
export function fromBase64Url(encoded) {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded) || encoded.length % 4 === 1) return undefined;
  return Buffer.from(encoded, 'base64url').toString('utf8');
}
