import { isAbort, toAppError } from '../domain/errors.ts';
import type { ActionKind } from '../state/state-actions.ts';
import type { Tone } from '../state/state-messages.ts';
import type { ActionDeps } from './action-deps.ts';

/** What an action says at its end; undefined where nothing is to be said. */
export type Ending = { tone: Tone; text: string } | undefined;

/** Runs `work` as an action with an id: started, then done or failed; an abort is neither said nor an error. */
export type Act = (
  kind: ActionKind,
  label: string,
  work: (signal: AbortSignal, id: string) => Promise<Ending>,
) => void;

/** The actions that have not ended. */
export type ActionsUnderWay = {
  act: Act;
  /** Without effect where none of that id is under way. */
  abort(id: string): void;
  /** Aborts and awaits all. */
  stop(): Promise<void>;
};

export function createActionsUnderWay({
  dispatch,
  holder,
}: Pick<ActionDeps, 'dispatch' | 'holder'>): ActionsUnderWay {
  const underWay = new Map<string, { controller: AbortController; ended: Promise<void> }>();
  let count = 0;
  return {
    act(kind, label, work) {
      count += 1;
      const id = `${kind}-${count}`;
      const controller = new AbortController();
      dispatch({ type: 'action-started', id, kind, label });
      const run = async () => {
        try {
          const message = await work(controller.signal, id);
          dispatch({ type: 'action-done', id, ...(message ? { message } : {}) });
        } catch (error) {
          if (isAbort(error)) dispatch({ type: 'action-done', id });
          else {
            const shown = toAppError(error);
            dispatch({ type: 'action-failed', id, error: shown });
            // What an action noticed the polls shall notice too, now and not at their next turn.
            if (shown.kind === 'network') holder.services?.builds.refresh();
          }
        } finally {
          underWay.delete(id);
        }
      };
      underWay.set(id, { controller, ended: run() });
    },
    abort(id) {
      underWay.get(id)?.controller.abort();
    },
    async stop() {
      const all = [...underWay.values()];
      for (const { controller } of all) controller.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
