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
      return sayError(without(state, event.id), event.error);
    default:
      return state;
  }
}

function without(state: State, id: string): State {
  if (!(id in state.actions)) return state;
  const { [id]: _gone, ...actions } = state.actions;
  return { ...state, actions };
}
