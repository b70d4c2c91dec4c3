import { headerValue } from './header-value.js';
import { userId } from './user-id.js';

/** The headers that name a user to the telemetry collector; what the claims do not tell is left out. */
export function headersOf(claims) {
  const headers = {
    'x-user-email': headerValue(claims.email),
    'x-user-id': claims.sub === undefined ? '' : userId(String(claims.sub)),
    'x-user-name': headerValue(claims.name),
    'x-department': headerValue(claims.department),
    'x-team-id': headerValue(claims.team),
  };
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}
