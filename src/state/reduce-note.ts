import type { Event } from './events.ts';
import { noteFactsOf } from './note-facts.ts';
import type { State } from './state.ts';

/** The note's place on the screen, and the QR code shown. */
export function reduceNote(state: State, event: Event): State {
  switch (event.type) {
    case 'note-scrolled': {
      const { ship } = state;
      if (!ship) return state;
      const noteTop = Math.max(0, Math.min(event.max, Math.min(event.max, ship.noteTop ?? 0) + event.by));
      return noteTop === (ship.noteTop ?? 0) ? state : { ...state, ship: { ...ship, noteTop } };
    }
    case 'code-shown':
      // Drawing takes a moment: whoever went elsewhere meanwhile wants to see that.
      if (noteFactsOf(state)?.url !== event.url) return state;
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
