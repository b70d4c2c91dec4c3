import type { Ask } from '../domain/ports/links.ts';
import type { Event } from '../state/events.ts';

/** Hands what is asked to the screen, and the answer back; one question at a time. */
export type Questions = {
  /** Asks by these events; a question whose signal aborts is withdrawn. */
  askBy(asked: (question: Parameters<Ask>[0]) => Event, answered: Event): Ask;
  /** Answers what is asked now; without effect where nothing is. */
  answer(yes: boolean): void;
};

export function createQuestions(dispatch: (event: Event) => void): Questions {
  let settle: ((yes: boolean) => void) | undefined;
  return {
    askBy: (asked, answered) => (question, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const over = () => {
          settle = undefined;
          signal.removeEventListener('abort', withdraw);
          dispatch(answered);
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
        dispatch(asked(question));
      }),
    answer: (yes) => settle?.(yes),
  };
}
