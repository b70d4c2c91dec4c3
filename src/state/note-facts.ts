import { bestLink } from '../domain/links.ts';
import { type NoteFacts, shipNote } from '../domain/ship-note.ts';
import type { State } from './state.ts';
import { cannotCopyLink, isDead, shownPackage } from './why-not.ts';

/** What can be handed out: the package just made, or the marked one where enough is known of it. */
export function noteFactsOf(state: State): NoteFacts | undefined {
  const made = state.ship?.distribution;
  const { route } = state;
  if (route.screen === 'ship' && route.of === undefined) return made;
  if (route.screen !== 'ship' && route.screen !== 'distributions') return undefined;
  const entry = shownPackage(state);
  if (entry?.url === undefined) return undefined;
  if (made?.url === entry.url) return made;
  const { url, expiresAt, checksum } = entry;
  if (expiresAt === undefined || checksum === undefined) return undefined;
  const cause = bestLink(entry.links ?? [])?.cause;
  return { ...entry, url, expiresAt, checksum, ...(cause === undefined ? {} : { expiryCause: cause }) };
}

/** Rows of the note above the screen. */
export const noteTopOf = ({ route, ship }: State): number =>
  (route.screen === 'ship' && route.of !== undefined ? route.top : ship?.noteTop) ?? 0;

/** The note as it is copied and saved: the link whole, the commands of every system. */
export function noteTextOf(state: State): string | undefined {
  const facts = noteFactsOf(state);
  if (!facts || state.session.state !== 'open') return undefined;
  const { place } = state.session.connection;
  return shipNote(facts, { place, timeZone: state.env.timeZone });
}

/** Why there is no note to open; what this session made is told of, whatever the list knows of it by now. */
export function cannotOpenNote(state: State): string | undefined {
  const entry = shownPackage(state);
  const isOwn = entry !== undefined && state.ship?.distribution?.packageKey === entry.key;
  return isOwn && !isDead(entry) ? undefined : cannotHandOut(state);
}

/** Why nothing can be handed out now; undefined where it can. */
export function cannotHandOut(state: State): string | undefined {
  const noLink = cannotCopyLink(state);
  if (noLink) return noLink;
  if (noteFactsOf(state)) return undefined;
  return shownPackage(state)?.landingPage
    ? 'It is published on the landing page, which tells how to install it: y copies its address.'
    : 'The sha256 of this package is not recorded: d makes a new one.';
}

/** What a QR code is drawn of: the link of a note, or the address of a landing page. */
export function codeFactsOf(state: State): { url: string; filename: string } | undefined {
  const facts = noteFactsOf(state);
  if (facts) return facts;
  const entry = state.route.screen === 'distributions' ? shownPackage(state) : undefined;
  if (!entry?.landingPage || cannotCopyLink(state) !== undefined) return undefined;
  const { url, filename } = entry;
  return url === undefined ? undefined : { url, filename };
}

/** Why there is no QR code to show. */
export const cannotShowCode = (state: State): string | undefined =>
  cannotCopyLink(state) ?? (codeFactsOf(state) ? undefined : cannotHandOut(state));
