import type { Clock } from '../domain/clock.ts';

/**
 * Takes in everything at once and tells of it seldom: `fold` sees every item as it comes, the answer yields
 * `snapshot()` at most every `everyMs`, the first change at once and the last one always.
 * @throws what the source throws, after the last snapshot.
 */
export async function* coalesce<T, S>(
  source: AsyncIterable<T>,
  deps: { fold: (item: T) => void; snapshot: () => S; clock: Clock; everyMs: number },
  signal: AbortSignal,
): AsyncGenerator<S> {
  let isChanged = false;
  let isOver = false;
  let wake = () => {};
  const pump = (async () => {
    try {
      for await (const item of source) {
        deps.fold(item);
        isChanged = true;
        wake();
      }
    } finally {
      isOver = true;
      wake();
    }
  })();
  // Its failure is thrown below; until then nobody listens.
  pump.catch(() => {});
  let toldAt = Number.NEGATIVE_INFINITY;
  while (true) {
    if (!isChanged && !isOver) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    // What comes seldom is told at once, and no timer runs for it.
    const pause = toldAt + deps.everyMs - deps.clock.now();
    if (isChanged && !isOver && pause > 0) await Promise.race([deps.clock.sleep(pause, signal), pump]);
    if (isChanged) {
      isChanged = false;
      toldAt = deps.clock.now();
      yield deps.snapshot();
    }
    if (isOver && !isChanged) return await pump;
  }
}
