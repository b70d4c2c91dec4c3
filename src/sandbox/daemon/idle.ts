import type { Clock } from '../../domain/clock.ts';

/** Looks often enough that the end comes within a tenth of the time, and not so often that it costs anything. */
const looks = 10;

/**
 * Resolves once nothing has happened for `idleMs`. Time is counted in looks, not read off the clock: a machine that
 * slept through the night has not been idle for a night. Rejects when aborted.
 * @param busy whether something runs now, or did since it was last asked.
 */
export async function untilIdle(
  busy: () => boolean,
  idleMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const step = idleMs / looks;
  let quiet = 0;
  while (quiet < looks) {
    await clock.sleep(step, signal);
    quiet = busy() ? 0 : quiet + 1;
  }
}

/** Asks whether requests came or builds ran since it was last asked, or do now. */
export function busyness(
  activity: () => { active: number; count: number },
  running: () => number,
): () => boolean {
  let seen = activity().count;
  return () => {
    const { active, count } = activity();
    const moved = count !== seen;
    seen = count;
    return moved || active > 0 || running() > 0;
  };
}
