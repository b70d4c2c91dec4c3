import type { LeftoverRun } from '../domain/distribution.ts';
import type { Event } from './events.ts';
import { isShipping } from './is-shipping.ts';
import type { State } from './state.ts';
import type { LeftoversState } from './state-distributions.ts';

export const noLeftoversYet: LeftoversState = { list: [], isAsked: false };

/** Distributions that were cut off on this machine: asked about once an account, as soon as they are known. */
export function reduceLeftovers(state: State, event: Event): State {
  switch (event.type) {
    case 'target-chosen':
      return { ...state, leftovers: noLeftoversYet };
    case 'leftovers': {
      const { list } = event;
      const isInWay = state.overlay !== undefined || isShipping(state) || state.env.readOnly;
      const [first] = list;
      if (!first || state.leftovers.isAsked || isInWay)
        return { ...state, leftovers: { ...state.leftovers, list } };
      return { ...state, leftovers: { list, isAsked: true }, overlay: { kind: 'leftover' } };
    }
    default:
      return state;
  }
}

/** The one that is asked about: the newest. */
export function leftoverAsked({ leftovers }: State): LeftoverRun | undefined {
  return leftovers.list.at(-1);
}
