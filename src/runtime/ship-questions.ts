import type { DistributionOptions } from '../domain/distribution.ts';
import type { Event } from '../state/events.ts';

/** Hands what a run asks to the screen, and the answer back. One run at a time makes a package. */
export type ShipQuestions = {
  /** For the run of that id; a question whose signal aborts is withdrawn. */
  askFor(id: string): NonNullable<DistributionOptions['ask']>;
  /** Answers what is asked now; without effect where nothing is. */
  answer(yes: boolean): void;
};

export function createShipQuestions(dispatch: (event: Event) => void): ShipQuestions {
  let settle: ((yes: boolean) => void) | undefined;
  return {
    askFor: (id) => (question, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const over = () => {
          settle = undefined;
          signal.removeEventListener('abort', withdraw);
          dispatch({ type: 'ship-answered', id });
        };
        const withdraw = () => {
          over();
          reject(signal.reason);
        };
        settle = (yes) => {
          over();
          resolve(yes);
        };
        signal.addEventListener('abort', withdraw);
        dispatch({ type: 'ship-asked', id, question });
      }),
    answer: (yes) => settle?.(yes),
  };
}
