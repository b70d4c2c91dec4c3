import { shortOf } from '../domain/build-id.ts';
import { consoleLink } from '../domain/console-link.ts';
import { ageText, clockSeconds, countText, remainingText } from '../domain/durations.ts';
import { shownBuilds } from './builds-list.ts';
import { isMoving } from './feeds.ts';
import { type BannerText, bannerText, troubleOf } from './layout.ts';
import { shortProject } from './select-builds.ts';
import type { State } from './state.ts';

/** What the top bar says: where we are, and which account this is. */
export type TopBar = {
  crumbs: string[];
  /** Where the last crumb leads to: the open build's page in the console. */
  link: string | undefined;
  place: 'aws' | 'sandbox' | undefined;
  profile: string | undefined;
  region: string | undefined;
  account: string | undefined;
  credentials: { text: string; isShort: boolean } | undefined;
  liveness: 'live' | 'connecting' | 'trouble' | undefined;
  isReadOnly: boolean;
};

/** Credentials that end within this are marked. */
const shortCredentialsMs = 15 * 60_000;

export function selectTopBar(state: State): TopBar {
  const { session, now } = state;
  const shared = { crumbs: crumbs(state), link: pageOf(state), isReadOnly: state.env.readOnly };
  if (session.state !== 'open') {
    const target = session.state === 'connecting' ? session.target : undefined;
    return {
      ...shared,
      place: target?.place,
      profile: target?.place === 'aws' ? target.profileName : undefined,
      region: undefined,
      account: undefined,
      credentials: undefined,
      liveness: session.state === 'connecting' ? (session.trouble ? 'trouble' : 'connecting') : undefined,
    };
  }
  const { connection, deployment } = session;
  const end = connection.credentialsExpireAt;
  return {
    ...shared,
    place: connection.place,
    profile: connection.profileName,
    region: deployment.buildRegion,
    account: connection.identity?.account,
    credentials:
      typeof end === 'number'
        ? {
            text: end <= now ? 'expired' : remainingText(end - now),
            isShort: end - now < shortCredentialsMs,
          }
        : undefined,
    liveness: troubleOf(state) ? 'trouble' : 'live',
  };
}

function pageOf({ route, view, session }: State): string | undefined {
  if (route.screen !== 'build' || !view?.build || session.state !== 'open') return undefined;
  return consoleLink(view.build, { ...session.connection, region: session.deployment.buildRegion });
}

function crumbs(state: State): string[] {
  const { route, view } = state;
  switch (route.screen) {
    case 'first-run':
      return ['Welcome'];
    case 'builds':
      return ['Builds'];
    case 'build': {
      const project = view?.build ? shortProject(view.build) : '';
      const uuid = shortOf(route.id);
      return [project === '' ? uuid : `${project}:${uuid}`];
    }
    case 'distributions':
      return ['Distributions'];
    case 'ship':
      return [route.of === undefined ? 'Ship' : 'Note'];
  }
}

/** The banner under the top bar: what fails, since when, when it is tried again, and what to do. */
export function selectBanner(state: State): (BannerText & { when: string }) | undefined {
  const trouble = troubleOf(state);
  const lines = bannerText(state);
  if (!trouble || !lines) return undefined;
  const { since, nextTryAt } = trouble;
  const wait = nextTryAt - state.now;
  const again = wait > 0 ? `next try in ${ageText(wait + 999)}` : 'trying again';
  const when = `since ${clockSeconds(since, state.env.timeZone)}, ${again}`;
  return { ...lines, when };
}

/** The counts of the line above the footer, where nothing more urgent stands there. */
export function selectCounts(state: State): string {
  switch (state.route.screen) {
    case 'builds':
      return buildCounts(state);
    case 'distributions': {
      const { list, at, isUnsure } = state.distributions;
      if (!list) return '';
      return `${list.length} ${list.length === 1 ? 'package' : 'packages'}${updated(state, at)}${isUnsure ? ' · not all is known, ! tells' : ''}`;
    }
    default:
      return '';
  }
}

function buildCounts(state: State): string {
  const { list, sort, at } = state.builds;
  if (!list) return '';
  const sorted = sort === 'started' ? '' : ` · by ${sort}`;
  return `${countsOf(state.builds, list.length)}${sorted}${updated(state, at)}`;
}

/** `7 of 214`; while nobody knows how many there are in all, that is said instead. */
function countsOf(builds: State['builds'], loaded: number): string {
  const { more, total, filter } = builds;
  if (filter !== '') return `${shownBuilds(builds).length} of ${loaded} match "${filter}"`;
  const all = total ?? (more ? undefined : loaded);
  if (all === undefined) return `${loaded} newest, older ones below`;
  if (all === loaded) return `${all} ${all === 1 ? 'build' : 'builds'}`;
  return `${loaded} of ${countText(all)}`;
}

function updated(state: State, at: number | undefined): string {
  if (at === undefined) return '';
  const age = state.now - at;
  if (state.builds.isLast && state.route.screen === 'builds')
    return ` · ${oldAge(age)} old, ${waitingFor(state)}`;
  // Where the clock ticks by the minute, seconds would stand still and tell an age that is wrong.
  if (age < 60_000 && !isMoving(state)) return ' · updated less than a minute ago';
  return age < 1_000 ? ' · updated now' : ` · updated ${ageText(age)} ago`;
}

/** Of a list of an earlier run: its seconds would only unsettle. */
const oldAge = (age: number) => (age < 60_000 ? 'less than a minute' : ageText(age));

function waitingFor({ session, builds }: State): string {
  if (session.state !== 'open')
    return session.state === 'connecting' && session.trouble ? 'not connected' : 'connecting';
  return builds.trouble ? 'no answer yet' : 'reading the builds';
}
