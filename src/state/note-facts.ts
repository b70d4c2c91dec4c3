import { type NoteFacts, shipNote } from '../domain/ship-note.ts';
import type { State } from './state.ts';
import { cannotCopyLink } from './why-not.ts';

/** What can be handed out: the package just made, or the marked one where enough is known of it. */
export function noteFactsOf(state: State): NoteFacts | undefined {
  const made = state.ship?.distribution;
  if (state.route.screen === 'ship') return made;
  if (state.route.screen !== 'distributions') return undefined;
  const { list, selected } = state.distributions;
  const entry = list?.find(({ key }) => key === selected);
  if (entry?.url === undefined) return undefined;
  if (made?.url === entry.url) return made;
  const { url, expiresAt, checksum } = entry;
  return expiresAt === undefined || checksum === undefined
    ? undefined
    : { ...entry, url, expiresAt, checksum };
}

/** The note as it is copied and saved: the link whole, the commands of every system. */
export function noteTextOf(state: State): string | undefined {
  const facts = noteFactsOf(state);
  if (!facts || state.session.state !== 'open') return undefined;
  const { place } = state.session.connection;
  return shipNote(facts, { place, timeZone: state.env.timeZone });
}

/** Why nothing can be handed out now; undefined where it can. */
export function cannotHandOut(state: State): string | undefined {
  const noLink = cannotCopyLink(state);
  if (noLink) return noLink;
  return noteFactsOf(state) ? undefined : 'The sha256 of this package is not recorded: d makes a new one.';
}
