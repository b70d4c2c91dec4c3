import type { Clock } from '../../domain/clock.ts';

/** How long the answer to a request that cannot be called back any more is waited for after a cancel, in ms. */
const graceMs = 5_000;

/**
 * Runs a request that must not be cut once it `isOut`: whether it was carried out would then be unknown. The signal it
 * gets follows `signal` at once before that point, and after a grace behind it.
 */
export async function sparing<T>(
  signal: AbortSignal,
  isOut: () => boolean,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  return withinGrace(signal, isOut, clock, work);
}

/** As {@link sparing}, for work that is due after a cancel too. */
export async function withinGrace<T>(
  signal: AbortSignal,
  isOut: () => boolean,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const cut = new AbortController();
  const over = new AbortController();
  const abort = () => cut.abort(signal.reason);
  const follow = () => {
    if (isOut()) clock.sleep(graceMs, over.signal).then(abort, () => {});
    else abort();
  };
  if (signal.aborted) follow();
  signal.addEventListener('abort', follow, { once: true });
  try {
    return await work(cut.signal);
  } finally {
    signal.removeEventListener('abort', follow);
    // Else the process would wait for the grace to pass.
    over.abort();
  }
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
