import type { Build } from '../domain/build.ts';
import { shortId } from '../domain/build-id.ts';
import type { PackageEntry } from '../domain/distribution.ts';
import { isRunning, newestGood, selectedBuild } from './builds-list.ts';
import { isShipping } from './is-shipping.ts';
import { leftoverAsked } from './reduce-leftovers.ts';
import type { State } from './state.ts';

/** Why keys are off: each answers the reason as a sentence, or undefined while the key works. */

/** The build that keys act on: the open one, else the marked one. */
export function actedOn(state: State): Build | undefined {
  if (state.route.screen === 'build') return state.view?.build;
  return state.route.screen === 'builds' ? selectedBuild(state.builds) : undefined;
}

export function noSelection(state: State): string | undefined {
  if (actedOn(state)) return undefined;
  if (state.route.screen === 'build') return notOpen(state) ?? 'The build is still being read.';
  if (!state.builds.list) return notOpen(state) ?? 'The builds are still being read.';
  return state.builds.filter === '' ? 'There is no build yet: b starts one.' : 'No build matches the filter.';
}

/** Why the marked build cannot be opened: one of an earlier run is asked for first. */
export const cannotOpen = (state: State) =>
  noSelection(state) ?? (state.builds.isLast ? notOpen(state) : undefined);

export function noLines({ view }: State): string | undefined {
  return view && view.log.count > view.log.first ? undefined : 'The log has no lines yet.';
}

/** Nothing can be asked of an account that is not open. */
export function notOpen(state: State): string | undefined {
  if (state.session.state === 'open') return undefined;
  return 'Not connected yet.';
}

export const readOnly = (state: State) =>
  state.env.readOnly ? 'Started with --read-only: nothing may be changed.' : undefined;

export function cannotStart(state: State): string | undefined {
  const { session } = state;
  if (session.state !== 'open') return notOpen(state);
  if (session.deployment.projects.length === 0) {
    return 'No build project was found: the codebuild stack of this profile is not deployed.';
  }
  return readOnly(state) ?? busyWith(state, ['start', 'prepare', 'retry'], 'A start is under way.');
}

export function cannotStop(state: State): string | undefined {
  const build = actedOn(state);
  const reason = notOpen(state) ?? noSelection(state);
  if (reason || !build) return reason;
  if (!isRunning(build)) return `Build ${shortId(build)} has ended: there is nothing to stop.`;
  return readOnly(state) ?? busyWith(state, ['stop'], 'A stop is under way.');
}

export function cannotRetry(state: State): string | undefined {
  const build = actedOn(state);
  const reason = notOpen(state) ?? noSelection(state);
  if (reason || !build) return reason;
  if (isRunning(build)) return `Build ${shortId(build)} is still running: x stops it.`;
  return readOnly(state) ?? busyWith(state, ['start', 'prepare', 'retry'], 'A start is under way.');
}

export function cannotShip(state: State): string | undefined {
  const reason = notOpen(state) ?? readOnly(state);
  if (reason) return reason;
  if (isShipping(state)) return undefined; // the key leads to the run under way
  if (state.route.screen === 'distributions') return undefined;
  const build = actedOn(state);
  if (!build) return noSelection(state);
  if (build.status === 'SUCCEEDED') return undefined;
  const good = newestGood(state.builds.list);
  const what = isRunning(build) ? 'is still running' : 'did not succeed';
  const instead = good ? `the newest good build is ${shortId(good)}.` : 'there is no good build yet.';
  return `Build ${shortId(build)} ${what}: ${instead}`;
}

export function cannotCancel(state: State): string | undefined {
  if (state.ship?.state === 'cancelling') return 'It is being cancelled.';
  return state.ship?.steps.RECORD.state === 'running'
    ? 'The record is being written: too late to cancel.'
    : undefined;
}

export function cannotCopyLink(state: State): string | undefined {
  if (linkOf(state) !== undefined) return undefined;
  const { route } = state;
  const entry = shownPackage(state);
  if (entry && isDead(entry)) return 'No link to this package works any more.';
  if (route.screen === 'ship' && route.of === undefined)
    return state.ship?.distribution ? 'The link has expired: d makes a new one.' : 'There is no link yet.';
  if (entry && hasEnded(entry, state.now)) return 'The link has expired: r makes a new one.';
  if (entry?.landingPage) return 'It is published on the landing page, whose address is not known here.';
  return noPackage(state) ?? 'No link of this package is known here: r makes one.';
}

/** Until the list has been read nobody knows that there is none. */
export function noPackage(state: State): string | undefined {
  const { list } = state.distributions;
  if (!list) return notOpen(state) ?? 'The packages are still being read.';
  return list.length === 0 ? 'There is no package yet: d makes one.' : undefined;
}

export function cannotOpenConsole(state: State): string | undefined {
  const reason = notOpen(state) ?? noSelection(state);
  if (reason) return reason;
  if (state.session.state !== 'open') return undefined;
  const { connection } = state.session;
  if (connection.place === 'sandbox') return 'The sandbox has no console: its builds are only here.';
  const known = connection.identity !== undefined || actedOn(state)?.arn !== undefined;
  return known ? undefined : 'The account is not known yet: its console link cannot be told.';
}

export function cannotAct(state: State): string | undefined {
  return isShipping(state) ? 'A package is being made: wait for its end, or cancel it.' : undefined;
}

export { isShipping };

export function cannotFinish(state: State): string | undefined {
  const reason = notOpen(state) ?? readOnly(state) ?? cannotAct(state);
  if (reason) return reason;
  return state.leftovers.list.length > 0 ? undefined : 'No distribution was left unfinished.';
}

/** Why the distribution asked about can only be removed. */
export function isHopeless(state: State): string | undefined {
  const why = leftoverAsked(state)?.hopeless;
  return why === undefined ? undefined : `It cannot be finished: ${why}.`;
}

export function busyWith(state: State, kinds: readonly string[], reason: string): string | undefined {
  return Object.values(state.actions).some((action) => kinds.includes(action.kind)) ? reason : undefined;
}

/** The package that keys act on. */
export function selectedPackage({ distributions }: State): PackageEntry | undefined {
  const { list, selected } = distributions;
  return list?.find(({ key }) => key === selected) ?? list?.[0];
}

/** The package of the list that the screen is about: the one made, the one whose note is shown, or the marked one. */
export function shownPackage(state: State): PackageEntry | undefined {
  const { route, ship, distributions } = state;
  if (route.screen !== 'ship') return selectedPackage(state);
  const meant = route.of ?? ship?.distribution?.packageKey;
  return distributions.list?.find(({ key }) => key === meant);
}

/** The link that y and u mean: that of the run just made, or of the package of the list. */
export function linkOf(state: State): string | undefined {
  const { route, ship, now } = state;
  const entry = shownPackage(state);
  if (entry && isDead(entry)) return undefined;
  const meant = route.screen === 'ship' && route.of === undefined ? ship?.distribution : entry;
  return meant && !hasEnded(meant, now) ? meant.url : undefined;
}

/** No key hands out a link that is known to lead nowhere. */
export const isDead = ({ state }: PackageEntry) => state === 'revoked' || state === 'gone';

const hasEnded = ({ expiresAt }: Pick<PackageEntry, 'expiresAt'>, now: number) =>
  expiresAt !== undefined && expiresAt <= now;
