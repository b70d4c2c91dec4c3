import { isAbort } from '../domain/errors.ts';
import type { Event } from '../state/events.ts';
import { openServices } from './session.ts';
import { retryMs, type SourceDeps } from './source-deps.ts';

/** Distributions that were cut off on this machine, read once; where that fails, tried again. */
export async function* leftovers(deps: SourceDeps, signal: AbortSignal): AsyncGenerator<Event> {
  while (!signal.aborted) {
    try {
      yield { type: 'leftovers', list: await openServices(deps.holder).distributions.leftovers(signal) };
      return;
    } catch (error) {
      // What hinders it is told by the streams on screen.
      if (signal.aborted || isAbort(error)) return;
    }
    await deps.clock.sleep(retryMs, signal);
  }
}
