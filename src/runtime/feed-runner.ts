import { type AppError, isAbort, toAppError } from '../domain/errors.ts';

/** Runs the streams that should run, and no others. */
export type FeedRunner<F extends { key: string }> = {
  /** Starts new keys, aborts those gone. A key that comes back while its old stream still ends waits for that. */
  sync(wanted: readonly F[]): void;
  /** Aborts all and resolves when each has ended. Nothing is emitted after the call. */
  stop(): Promise<void>;
};

type Running = { controller: AbortController; ended: Promise<void> };

/**
 * `open` makes the stream of a feed; what it yields is emitted until its feed is gone, nothing after.
 * `failed` turns what it throws into something to emit; an abort is no failure.
 */
export function createFeedRunner<F extends { key: string }, E>(deps: {
  open: (feed: F, signal: AbortSignal) => AsyncIterable<E>;
  failed: (feed: F, error: AppError) => E | undefined;
  emit: (event: E) => void;
}): FeedRunner<F> {
  const running = new Map<string, Running>();
  /** Aborted ones that have not ended yet. */
  const ending = new Map<string, Promise<void>>();
  let isStopped = false;

  const run = async (feed: F, signal: AbortSignal, before: Promise<void> | undefined): Promise<void> => {
    await before;
    try {
      if (signal.aborted) return;
      for await (const event of deps.open(feed, signal)) {
        if (signal.aborted) return;
        deps.emit(event);
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      const event = deps.failed(feed, toAppError(error));
      if (event !== undefined) deps.emit(event);
    }
  };

  const end = (key: string, { controller, ended }: Running) => {
    running.delete(key);
    controller.abort();
    const over = ended.then(() => {
      if (ending.get(key) === over) ending.delete(key);
    });
    ending.set(key, over);
  };

  return {
    sync(wanted) {
      if (isStopped) return;
      const keys = new Set(wanted.map((feed) => feed.key));
      for (const [key, stream] of running) if (!keys.has(key)) end(key, stream);
      for (const feed of wanted) {
        // One that has ended by itself stays listed: it is done, not due again.
        if (running.has(feed.key)) continue;
        const controller = new AbortController();
        const ended = run(feed, controller.signal, ending.get(feed.key));
        running.set(feed.key, { controller, ended });
      }
    },
    async stop() {
      isStopped = true;
      for (const [key, stream] of running) end(key, stream);
      await Promise.all(ending.values());
    },
  };
}
