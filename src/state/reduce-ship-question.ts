import type { Event } from './events.ts';
import { askedHere } from './layout.ts';
import { questionScrollRange } from './select-ship-question.ts';
import type { State } from './state.ts';
import type { ShipRun } from './state-ship.ts';

/** What a run or a revocation asks before it goes on; it stands until it is answered, whatever is looked at meanwhile. */
export function reduceShipQuestion(state: State, event: Event): State {
  const { ship } = state;
  switch (event.type) {
    case 'ship-asked':
      if (ship?.id !== event.id) return state;
      return { ...state, ship: { ...ship, asks: { question: event.question, top: 0 } } };
    case 'ship-answered':
    case 'ship-cancelling':
    case 'ship-ended':
      return ship?.id === event.id && ship.asks ? { ...state, ship: answered(state, ship) } : state;
    case 'revoke-asked':
      return { ...state, revokeAsks: { question: event.question, top: 0 } };
    case 'revoke-answered':
      return state.revokeAsks ? { ...state, revokeAsks: undefined } : state;
    case 'ship-question-scrolled': {
      const here = askedHere(state);
      if (!here) return state;
      const asks = { ...here, top: Math.max(0, Math.min(questionScrollRange(state), here.top + event.by)) };
      return ship && ship.asks === here
        ? { ...state, ship: { ...ship, asks } }
        : { ...state, revokeAsks: asks };
    }
    default:
      return state;
  }
}

/** The time of thinking was not the run's: it moves from now on. */
function answered(state: State, ship: ShipRun): ShipRun {
  const { asks: _answered, ...rest } = ship;
  return { ...rest, movedAt: state.now };
}
