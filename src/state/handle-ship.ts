import type { ShipChoices } from '../domain/ship-form.ts';
import { newestGood } from './builds-list.ts';
import type { Effect } from './effects.ts';
import type { Handler, Step } from './handlers.ts';
import type { KeyId } from './keymap.ts';
import { cannotHandOut, noteTextOf } from './note-facts.ts';
import type { State } from './state.ts';
import { actedOn, isShipping, linkOf, selectedPackage } from './why-not.ts';

/** Making a distribution, and its link. */
export const handleShip = {
  ship: (state) => (isShipping(state) ? [shown] : shipSteps(state, { expiresHours: state.env.expiresHours })),
  'open-note': (state) => {
    const entry = selectedPackage(state);
    // What this session made is told with its steps.
    const made = state.ship?.distribution;
    const isOwn = made !== undefined && made.packageKey === entry?.key;
    if (!entry || (isOwn && (made.url === entry.url || cannotHandOut(state) !== undefined))) return [shown];
    return [{ type: 'go', route: { screen: 'ship', of: entry.key } }];
  },
  'cancel-ship': () => [{ effect: 'cancel-ship' }],
  'copy-link': (state) => {
    const url = linkOf(state);
    return url === undefined ? [] : [{ effect: 'copy', text: url, what: 'The link' }];
  },
  'ship-note': (state) => {
    const text = noteTextOf(state);
    return text === undefined ? [] : [{ effect: 'show-raw', text: text.trimEnd() }];
  },
  'raw-link': (state) => {
    const url = linkOf(state);
    return url === undefined ? [] : [{ effect: 'show-raw', text: url }];
  },
} satisfies Partial<Record<KeyId, Handler>>;

const shown: Step = { type: 'go', route: { screen: 'ship' } };

/** Makes a package. */
export const shipSteps = (state: State, choices: ShipChoices): readonly Step[] => [
  shipEffect(state, choices),
  shown,
];

export function shipEffect(state: State, choices: ShipChoices): Extract<Effect, { effect: 'ship' }> {
  const buildId = shippedBuild(state);
  return { effect: 'ship', ...choices, ...(buildId === undefined ? {} : { buildId }) };
}

/**
 * The build that a package would be made of. The newest good build of a project means "the newest of every project",
 * undefined, as ccwb packs them; an older one means that very build.
 */
export function shippedBuild(state: State): string | undefined {
  const build = actedOn(state);
  const newest = build && newestGood(state.builds.list, build.project)?.id === build.id;
  // "The newest" is looked up in the lists; where those may not be read, the build at hand is meant.
  const isListed = state.builds.trouble?.error.kind !== 'permission';
  return newest && isListed ? undefined : build?.id;
}
