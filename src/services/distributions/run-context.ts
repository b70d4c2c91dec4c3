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

/** Milliseconds between two progress events, unless a hundredth of the whole was done meanwhile. */
const progressEveryMs = 100;

/**
 * Reports how far a step is, not oftener than the eye can follow. The function given back takes bytes done so far;
 * a smaller number than before is said too (a part that had to be sent again).
 */
export function createProgress(context: RunContext, total: number): (done: number) => void {
  const { step } = context;
  let saidAt = Number.NEGATIVE_INFINITY;
  let said = 0;
  return (done) => {
    const now = context.clock.now();
    const moved = Math.abs(done - said) * 100 >= total;
    if (done !== total && !moved && now - saidAt < progressEveryMs) return;
    saidAt = now;
    said = done;
    context.emit({ kind: 'progress', step, done, total });
  };
}
