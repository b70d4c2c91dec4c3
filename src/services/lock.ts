/** Lets one task at a time in; the others wait in order. Whoever waits can leave by its signal. */
export type Lock = <T>(signal: AbortSignal, task: () => Promise<T>) => Promise<T>;

export function createLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return async (signal, task) => {
    const before = last;
    let release = () => {};
    last = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Whoever leaves the line early still waits, in the background, so that those behind keep their turn.
    const turn = before.then(() => undefined);
    try {
      await leaveOnAbort(turn, signal);
    } catch (error) {
      void turn.then(release);
      throw error;
    }
    try {
      return await task();
    } finally {
      release();
    }
  };
}

/** `work`, or the signal's reason as soon as it aborts; the work itself goes on unheard. */
export async function leaveOnAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
