import type { AppError } from '../domain/errors.ts';
import type { Event } from './events.ts';
import { say, sayError } from './say.ts';
import type { State } from './state.ts';

/** Actions under way, and what they said at their end. */
export function reduceActions(state: State, event: Event): State {
  switch (event.type) {
    case 'action-started': {
      const { id, kind, label } = event;
      return { ...state, actions: { ...state.actions, [id]: { kind, label, startedAt: state.now } } };
    }
    case 'action-done': {
      const next = without(state, event.id);
      return event.message ? say(next, event.message.tone, event.message.text) : next;
    }
    case 'action-failed':
      return failed(state, event.id, event.error);
    default:
      return state;
  }
}

/** The screen of a run says itself why it failed, and goes on saying it. */
function failed(state: State, id: string, error: AppError): State {
  const { route } = state;
  const isShown = state.actions[id]?.kind === 'ship' && route.screen === 'ship' && route.of === undefined;
  const said = sayError(without(state, id), error);
  return isShown ? { ...said, notice: state.notice } : said;
}

function without(state: State, id: string): State {
  if (!(id in state.actions)) return state;
  const { [id]: _gone, ...actions } = state.actions;
  return { ...state, actions };
}
