import type { Event } from './events.ts';
import { codeFactsOf, noteTopOf } from './note-facts.ts';
import type { State } from './state.ts';

/** The note's place on the screen, and the QR code shown. */
export function reduceNote(state: State, event: Event): State {
  switch (event.type) {
    case 'note-scrolled': {
      const { ship, route } = state;
      const before = noteTopOf(state);
      const top = Math.max(0, Math.min(event.max, Math.min(event.max, before) + event.by));
      if (top === before) return state;
      if (route.screen === 'ship' && route.of !== undefined) return { ...state, route: { ...route, top } };
      return ship ? { ...state, ship: { ...ship, noteTop: top } } : state;
    }
    case 'code-shown':
      // Drawing takes a moment: whoever went elsewhere meanwhile wants to see that.
      if (codeFactsOf(state)?.url !== event.url) return state;
      return { ...state, overlay: undefined, code: { url: event.url, code: event.code } };
    case 'code-closed':
    case 'go':
    case 'back':
    case 'opened':
    case 'target-chosen':
    case 'ship-started':
      return state.code ? { ...state, code: undefined } : state;
    default:
      return state;
  }
}
