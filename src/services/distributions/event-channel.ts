/** Values pushed on one side and iterated over on the other; for one reader. */
export type EventChannel<T> = {
  push(value: T): void;
  /** Ends the iteration after what was pushed before, with `error` where one is given. */
  close(error?: unknown): void;
  [Symbol.asyncIterator](): AsyncIterator<T>;
};

/**
 * Makes a channel. `replaces(next, last)`: true where the unread `last` may be dropped for `next`, so that a slow
 * reader sees the newest progress instead of a backlog.
 */
export function createEventChannel<T>(replaces: (next: T, last: T) => boolean): EventChannel<T> {
  const values: T[] = [];
  let end: { error?: unknown } | undefined;
  let wake: (() => void) | undefined;
  const notify = () => {
    wake?.();
    wake = undefined;
  };

  const next = async (): Promise<IteratorResult<T>> => {
    for (;;) {
      const value = values.shift();
      if (value !== undefined) return { done: false, value };
      if (end) {
        if (end.error !== undefined) throw end.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  return {
    push(value) {
      const last = values.at(-1);
      if (last !== undefined && replaces(value, last)) values.pop();
      values.push(value);
      notify();
    },
    close(error) {
      end ??= error === undefined ? {} : { error };
      notify();
    },
    [Symbol.asyncIterator]: () => ({ next }),
  };
}
