import type { Clock } from '../../../domain/clock.ts';
import { AppError, isAbort } from '../../../domain/errors.ts';
import { cleanText } from '../../clean-text.ts';

/** Silence on the line after which reading is given up, and how often that is looked at; ms. */
const silenceMs = 30_000;
const lookEveryMs = 5_000;

type Watchdog = { signal: AbortSignal; heard: () => void; silent: () => boolean; stop: () => void };

/** What is said where something cannot be read, before the reason, and what to do then. */
export type Unreadable = { message: string; hint: string };

/**
 * Reads from the network under a watch: `work` is aborted when nothing was `heard` for a while, and tells of it as an
 * AppError, as of whatever else the network throws. Answers of AWS are left to whoever translates them.
 */
export async function watched<T>(
  clock: Clock,
  unreadable: Unreadable,
  signal: AbortSignal,
  work: (signal: AbortSignal, heard: () => void) => Promise<T>,
): Promise<T> {
  const watchdog = watchSilence(clock, signal);
  try {
    return await work(watchdog.signal, watchdog.heard);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError || isAnswer(error)) throw error;
    throw unreachable(error, unreadable, watchdog.silent());
  } finally {
    watchdog.stop();
  }
}

const isAnswer = (error: unknown) =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined;

function unreachable(error: unknown, { message, hint }: Unreadable, silent: boolean): AppError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  const reason =
    silent || isAbort(error) ? `nothing came for ${silenceMs / 1000} s` : (code ?? String(cause));
  return new AppError({
    kind: 'network',
    message: `${message}: ${cleanText(reason)}.`,
    hint,
    retryable: true,
    cause: error,
  });
}

/** A socket by itself would wait for minutes. */
function watchSilence(clock: Clock, signal: AbortSignal): Watchdog {
  const given = new AbortController();
  const stop = new AbortController();
  let heardAt = clock.now();
  const watch = async (): Promise<void> => {
    while (!stop.signal.aborted && !given.signal.aborted) {
      await clock.sleep(lookEveryMs, stop.signal);
      if (clock.now() - heardAt >= silenceMs) given.abort();
    }
  };
  void watch().catch(() => {});
  return {
    signal: AbortSignal.any([signal, given.signal]),
    heard: () => {
      heardAt = clock.now();
    },
    silent: () => given.signal.aborted,
    stop: () => stop.abort(),
  };
}
