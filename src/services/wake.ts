import type { Clock } from '../domain/clock.ts';

/** Something that cuts sleeps short: "the world changed, look again now". */
export type Wake = {
  /** Ends all sleeps under way; without one, the next sleep ends at once. */
  wake(): void;
  /** Sleeps `ms` or until woken. Rejects with the signal's reason when aborted. */
  sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void>;
};

/**
 * Makes a wake for one sleeper. Remembers a call that comes while nobody sleeps, so that one made during an answer's
 * way is not lost.
 */
export function createWake(): Wake {
  let pending = false;
  let current: AbortController | undefined;
  return {
    wake() {
      if (current) current.abort();
      else pending = true;
    },
    async sleep(clock, ms, signal) {
      signal.throwIfAborted();
      if (pending) {
        pending = false;
        return;
      }
      const controller = new AbortController();
      const forward = () => controller.abort(signal.reason);
      signal.addEventListener('abort', forward, { once: true });
      current = controller;
      try {
        await clock.sleep(ms, controller.signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!controller.signal.aborted) throw error;
      } finally {
        current = undefined;
        signal.removeEventListener('abort', forward);
      }
    },
  };
}
