import { leftoverText } from '../domain/leftover.ts';
import { leftoverAsked } from './reduce-leftovers.ts';
import type { State } from './state.ts';

/** What is asked of a distribution that was cut off. */
export function selectLeftover(state: State): string {
  const run = leftoverAsked(state);
  if (!run) return 'No distribution was left unfinished.';
  const others = state.leftovers.list.length - 1;
  const more = others > 0 ? ` (and ${others} more)` : '';
  const what = leftoverText(run, state.now, state.env.timeZone);
  const question = run.hopeless === undefined ? 'Finish it or remove it?' : 'Remove it?';
  return `A distribution was cut off${more}: ${what}. ${question}`;
}
