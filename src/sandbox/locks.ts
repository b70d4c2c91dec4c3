/** Runs jobs of the same name one after the other, those of different names side by side. */
export type Locks = { run<T>(name: string, job: () => Promise<T>): Promise<T> };

export function createLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run: (name, job) => {
      const before = tails.get(name) ?? Promise.resolve();
      const result = before.then(job, job);
      const tail = result
        .catch(() => undefined)
        .then(() => {
          if (tails.get(name) === tail) tails.delete(name);
        });
      tails.set(name, tail);
      return result;
    },
  };
}
