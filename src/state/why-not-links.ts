import { landingPlatform } from '../domain/links.ts';
import type { State } from './state.ts';
import {
  busyWith,
  cannotCopyLink,
  isShipping,
  noPackage,
  notOpen,
  readOnly,
  selectedPackage,
} from './why-not.ts';

/** Why keys for packages and their links are off: each answers the reason as a sentence. */

export const cannotRenew = (state: State): string | undefined => {
  const reason = notOpen(state) ?? readOnly(state) ?? noPackage(state);
  // The key leads to the run under way.
  if (reason || isShipping(state)) return reason;
  const elsewhere = onLandingPage(state, 'there is no link to renew.');
  if (elsewhere) return elsewhere;
  const entry = selectedPackage(state);
  if (entry?.state === 'revoked') return 'It was revoked: d makes a new package.';
  return entry?.state === 'gone' ? 'It is not in the bucket any more: d makes a new package.' : undefined;
};

export const cannotVerify = (state: State): string | undefined =>
  notOpen(state) ?? noPackage(state) ?? busyWith(state, ['verify'], 'A package is being verified.');

export const cannotDownload = (state: State): string | undefined =>
  notOpen(state) ??
  noPackage(state) ??
  gone(state) ??
  busyWith(state, ['download'], 'A package is being downloaded.');

export const cannotRevoke = (state: State): string | undefined =>
  notOpen(state) ??
  readOnly(state) ??
  noPackage(state) ??
  removed(state) ??
  onLandingPage(state, 'no link to revoke; X deletes it.') ??
  removing(state);

export const cannotDelete = (state: State): string | undefined =>
  notOpen(state) ?? readOnly(state) ?? noPackage(state) ?? gone(state) ?? removing(state);

function onLandingPage(state: State, what: string): string | undefined {
  const entry = selectedPackage(state);
  const isThere = entry !== undefined && landingPlatform(entry.key) !== undefined;
  return isThere ? `It is published on the landing page: ${what}` : undefined;
}

const removing = (state: State) => busyWith(state, ['remove'], 'A package is being removed.');

const gone = (state: State) => (isGone(state) ? 'It is not in the bucket any more.' : undefined);

/** Of one that was revoked it can be proven once more; a revocation that was cut short can be seen to its end. */
const removed = (state: State) => {
  const entry = selectedPackage(state);
  const isToProve = entry?.state === 'revoked' || entry?.revokingSince !== undefined;
  return isGone(state) && !isToProve ? 'It is gone: no link to it works any more.' : undefined;
};

/** Of what lies over the screen. */
export const cannotShowRaw = (state: State): string | undefined => {
  if (state.overlay?.kind !== 'sheet' || state.overlay.raw !== undefined) return undefined;
  const reason = state.route.screen === 'distributions' ? cannotCopyLink(state) : undefined;
  return reason ?? 'There is nothing to show raw.';
};

const isGone = (state: State) => {
  const entry = selectedPackage(state);
  return entry?.isGone === true || entry?.state === 'gone';
};
