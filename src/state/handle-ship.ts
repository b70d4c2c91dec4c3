import { shipNote } from '../domain/ship-note.ts';
import { newestGood } from './builds-list.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import type { State } from './state.ts';
import { actedOn, isShipping, linkOf } from './why-not.ts';

/** Making a distribution, and its link. */
export const handleShip = {
  ship: (state) => (isShipping(state) ? [shown] : shipSteps(state, state.env.expiresHours)),
  'ship-options': (state) => {
    if (isShipping(state)) return [shown];
    const text = String(state.env.expiresHours);
    return [{ type: 'overlay', overlay: { kind: 'input', purpose: 'hours', text, before: text } }];
  },
  'open-note': () => [shown],
  'cancel-ship': () => [{ effect: 'cancel-ship' }],
  'copy-link': (state) => {
    const url = linkOf(state);
    return url === undefined ? [] : [{ effect: 'copy', text: url, what: 'The link' }];
  },
  'ship-note': (state) => {
    const made = state.ship?.distribution;
    if (!made || state.session.state !== 'open') return [];
    const { place } = state.session.connection;
    return [{ effect: 'show-raw', text: shipNote(made, { place, timeZone: state.env.timeZone }).trimEnd() }];
  },
  'raw-link': (state) => {
    const url = linkOf(state);
    return url === undefined ? [] : [{ effect: 'show-raw', text: url }];
  },
} satisfies Partial<Record<KeyId, Handler>>;

const shown: Step = { type: 'go', route: { screen: 'ship' } };

/**
 * Makes a package. The newest good build of a project means "the newest of every project", as ccwb packs them;
 * an older one means that very build.
 */
export function shipSteps(state: State, expiresHours: number): readonly Step[] {
  const build = actedOn(state);
  const newest = build && newestGood(state.builds.list, build.project)?.id === build.id;
  // "The newest" is looked up in the lists; where those may not be read, the build at hand is meant.
  const isListed = state.builds.trouble?.error.kind !== 'permission';
  const effect: Step =
    build === undefined || (newest && isListed)
      ? { effect: 'ship', expiresHours }
      : { effect: 'ship', expiresHours, buildId: build.id };
  return [effect, shown];
}
