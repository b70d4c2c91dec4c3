import type { Event } from './events.ts';
import { reduceActions } from './reduce-actions.ts';
import { reduceBuilds } from './reduce-builds.ts';
import { reduceDistributions } from './reduce-distributions.ts';
import { reduceLeftovers } from './reduce-leftovers.ts';
import { reduceNote } from './reduce-note.ts';
import { reduceScreens } from './reduce-screens.ts';
import { reduceSession } from './reduce-session.ts';
import { reduceShipQuestion } from './reduce-ship-question.ts';
import { reduceView } from './reduce-view.ts';
import { reduceWatch } from './reduce-watch.ts';
import type { State } from './state.ts';

/** Each looks after its part of the state and lets other events pass. */
const parts = [
  reduceSession,
  reduceScreens,
  reduceBuilds,
  reduceView,
  reduceDistributions,
  reduceNote,
  reduceLeftovers,
  reduceShipQuestion,
  reduceActions,
  reduceWatch,
] as const;

/**
 * What the program knows after an event. Pure; answers the same object where the event changed nothing, so that
 * nothing is drawn for it. `now`: epoch ms at which the event happened.
 */
export function reduce(state: State, event: Event, now: number): State {
  const stamped = { ...state, now };
  let next = stamped;
  for (const part of parts) next = part(next, event);
  if (event.type === 'tick') return tick(next);
  return next === stamped ? state : next;
}

function tick(state: State): State {
  return state.notice && state.notice.until <= state.now ? { ...state, notice: undefined } : state;
}
