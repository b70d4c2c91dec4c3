import type { Clock } from '../domain/clock.ts';
import type { DistributionEvent } from '../domain/distribution.ts';
import { shortDuration } from '../domain/durations.ts';

/** Milliseconds between two lines on calls of one kind that fail for one reason. */
const sayEveryMs = 15_000;

/** So long nothing may fail before it goes on: calls side by side fail and get through in turn. */
const calmAfterMs = 3_000;

/** What is told of the calls of a run that fail and are tried again. */
export type TroubleLines = {
  /** What is to be said before the event; undefined where there is nothing, or it was said a moment ago. */
  line(event: DistributionEvent): string | undefined;
  /** Whether calls fail at present. */
  lasts(): boolean;
};

/** Makes them for one run: each kind of trouble is told once, then seldom how long it lasts, at last that it goes on. */
export function createTroubleLines(clock: Clock): TroubleLines {
  const saidAt = new Map<string, number>();
  let present: { since: number; told: Set<string>; calmSince?: number } | undefined;

  const trouble = ({ error, action = '' }: Extract<DistributionEvent, { kind: 'trouble' }>) => {
    const now = clock.now();
    present ??= { since: now, told: new Set() };
    delete present.calmSince;
    // By what was done to what, the parts of one upload would be told of one by one.
    const kind = `${action} ${error.kind}`;
    if (now - (saidAt.get(kind) ?? Number.NEGATIVE_INFINITY) < sayEveryMs) return undefined;
    saidAt.set(kind, now);
    const isNew = !present.told.has(kind);
    present.told.add(kind);
    return isNew
      ? `${error.message} Trying again.`
      : `${error.message} For ${shortDuration(now - present.since)} now; trying again.`;
  };

  const calm = (isOver: boolean) => {
    if (present?.calmSince === undefined) return undefined;
    if (!isOver && clock.now() - present.calmSince < calmAfterMs) return undefined;
    const { since, told, calmSince } = present;
    present = undefined;
    return told.size > 0 ? `It goes on, after ${shortDuration(calmSince - since)}.` : undefined;
  };

  return {
    lasts: () => present !== undefined,
    line(event) {
      switch (event.kind) {
        case 'trouble':
          return trouble(event);
        case 'recovered':
          if (present) present.calmSince = clock.now();
          return undefined;
        case 'progress':
          return calm(false);
        case 'step':
          return calm(true);
        default:
          return undefined;
      }
    },
  };
}
