/** Room for so many at a time; the others wait in the order in which they came. */
export type Slots = {
  /** Resolves with the function that gives the slot back; rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>;
  /** Whether a slot is to be had without waiting. */
  hasRoom(): boolean;
};

export function createSlots(count: number): Slots {
  let free = count;
  const queue: (() => void)[] = [];
  const giveBack = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    };
  };
  return {
    hasRoom: () => free > 0,
    take: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (free > 0) {
          free -= 1;
          resolve(giveBack());
          return;
        }
        const enter = (): void => {
          signal.removeEventListener('abort', leave);
          resolve(giveBack());
        };
        const leave = (): void => {
          queue.splice(queue.indexOf(enter), 1);
          reject(signal.reason);
        };
        queue.push(enter);
        signal.addEventListener('abort', leave, { once: true });
      }),
  };
}
