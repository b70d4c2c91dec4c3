import type { Clock } from '../../domain/clock.ts';

/** How long the answer to a request that cannot be called back any more is waited for after a cancel, in ms. */
const graceMs = 5_000;

/**
 * A signal for a request that must not be cut once it `isOut`: whether it was carried out would then be unknown.
 * Follows `signal` at once before that point, and after a grace behind it.
 */
export function sparing(signal: AbortSignal, isOut: () => boolean, clock: Clock): AbortSignal {
  const controller = new AbortController();
  const follow = () => {
    const abort = () => controller.abort(signal.reason);
    if (isOut()) void clock.sleep(graceMs).then(abort, abort);
    else abort();
  };
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', follow, { once: true });
  return controller.signal;
}

/** A signal that aborts after `ms` of the clock; `done` frees its timer. */
export function deadline(clock: Clock, ms: number): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const timer = new AbortController();
  void clock.sleep(ms, timer.signal).then(
    () => controller.abort(new DOMException(`Not done within ${ms / 1000} s`, 'AbortError')),
    () => {},
  );
  return { signal: controller.signal, done: () => timer.abort() };
}
