import { landingPlatform } from '../domain/links.ts';
import type { State } from './state.ts';
import { busyWith, isShipping, noPackage, notOpen, readOnly, selectedPackage } from './why-not.ts';

/** Why keys for packages and their links are off: each answers the reason as a sentence. */

export const cannotRenew = (state: State): string | undefined => {
  const reason = notOpen(state) ?? readOnly(state) ?? noPackage(state);
  // The key leads to the run under way.
  if (reason || isShipping(state)) return reason;
  const entry = selectedPackage(state);
  if (entry && landingPlatform(entry.key) !== undefined)
    return 'It is published on the landing page: there is no link to renew.';
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
  notOpen(state) ?? readOnly(state) ?? noPackage(state) ?? onPage(state) ?? removed(state) ?? removing(state);

export const cannotDelete = (state: State): string | undefined =>
  notOpen(state) ?? readOnly(state) ?? noPackage(state) ?? onPage(state) ?? gone(state) ?? removing(state);

const onPage = (state: State) => {
  const entry = selectedPackage(state);
  return entry && landingPlatform(entry.key) !== undefined
    ? 'It is published on the landing page, which is ccwb’s own to change.'
    : undefined;
};

const removing = (state: State) => busyWith(state, ['remove'], 'A package is being removed.');

const gone = (state: State) => (isGone(state) ? 'It is not in the bucket any more.' : undefined);

const removed = (state: State) => (isGone(state) ? 'It is gone: no link to it works any more.' : undefined);

const isGone = (state: State) => {
  const entry = selectedPackage(state);
  return entry?.isGone === true || entry?.state === 'gone';
};
