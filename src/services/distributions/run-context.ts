import type { Clock } from '../../domain/clock.ts';
import type { DistributionEvent, DistributionStep } from '../../domain/distribution.ts';

/** What every step of one run is given. */
export type RunContext = {
  step: DistributionStep;
  /** Aborted when the user cancels. */
  signal: AbortSignal;
  clock: Clock;
  emit(event: DistributionEvent): void;
};

export function note(context: RunContext, text: string): void {
  context.emit({ kind: 'note', step: context.step, text });
}

/** Runs a step between its two events; the work answers with its result and a line on what came of it. */
export async function stepIn<T>(
  context: RunContext,
  name: DistributionStep,
  work: () => Promise<[T, string]>,
): Promise<T> {
  context.signal.throwIfAborted();
  context.step = name;
  context.emit({ kind: 'step', step: name, state: 'started' });
  const [result, detail] = await work();
  context.emit({ kind: 'step', step: name, state: 'done', detail });
  return result;
}

/** Milliseconds between two progress events, unless a hundredth of the whole was done meanwhile. */
const progressEveryMs = 100;

/**
 * Reports how far a step is, not oftener than the eye can follow, and how fast. The function given back takes bytes
 * done so far; a smaller number than before is told as such (a part that had to be sent again).
 * @param already bytes that were done before this step began
 */
export function createProgress(context: RunContext, total: number, already = 0): (done: number) => void {
  const { step } = context;
  const rateOf = createRate(context.clock, already);
  let saidAt = Number.NEGATIVE_INFINITY;
  let said = already;
  let furthest = already;
  return (done) => {
    const now = context.clock.now();
    const moved = Math.abs(done - said) * 100 >= total;
    if (done !== total && !moved && now - saidAt < progressEveryMs) return;
    saidAt = now;
    said = done;
    const rate = rateOf(done);
    const again = done < furthest ? { again: true as const } : {};
    furthest = Math.max(furthest, done);
    context.emit({ kind: 'progress', step, done, total, ...(rate === undefined ? {} : { rate }), ...again });
  };
}

/** Time after which a change of the rate has shown by two thirds, ms; and how long it is watched before it is told. */
const smoothedOverMs = 5_000;
const knownAfterMs = 1_000;

/** Bytes a second, smoothed; undefined while too little was seen. */
function createRate(clock: Clock, already: number): (done: number) => number | undefined {
  const beganAt = clock.now();
  let at = beganAt;
  let before = already;
  let rate: number | undefined;
  return (done) => {
    const now = clock.now();
    const elapsed = now - at;
    if (elapsed >= progressEveryMs) {
      const present = (Math.max(0, done - before) * 1000) / elapsed;
      // Young, it is the mean since the beginning; later the past fades.
      const weight = Math.max(1 - Math.exp(-elapsed / smoothedOverMs), elapsed / (now - beganAt));
      rate = rate === undefined ? present : rate + (present - rate) * Math.min(1, weight);
      at = now;
      before = done;
    }
    return now - beganAt >= knownAfterMs ? rate : undefined;
  };
}
