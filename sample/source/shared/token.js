import { createHmac, timingSafeEqual } from 'node:crypto';
import { fromBase64Url, toBase64Url } from './encoding.js';

const header = toBase64Url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));

function signatureOf(signed, key) {
  return createHmac('sha256', key).update(signed).digest('base64url');
}

/** A JSON Web Token of these claims, signed with `key`. */
export function signToken(claims, key) {
  const signed = `${header}.${toBase64Url(JSON.stringify(claims))}`;
  return `${signed}.${signatureOf(signed, key)}`;
}

/** The claims of a token, undefined where it was not signed with `key` or is none. */
export function readToken(token, key) {
  const [head, body, signature, ...rest] = token.split('.');
  if (head !== header || body === undefined || signature === undefined || rest.length > 0) return undefined;
  const expected = Buffer.from(signatureOf(`${head}.${body}`, key));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  try {
    return JSON.parse(fromBase64Url(body) ?? '');
  } catch {
    return undefined;
  }
}
