import type { LogLine } from '../../domain/log.ts';
import type { LogEvent, ReadOlderPage } from './log-events.ts';
import { createBackwardReader } from './log-reader-backward.ts';
import { over, pauses, quickEmpties, type Turn, toLines } from './log-turn.ts';

/** Pages with lines that are asked for at once: what the screen shows, and what a first look upwards does. */
const quickPages = 2;

/** The log of a build that has ended, from its end upwards, a page a turn. */
export type LogClimb = {
  turn(signal: AbortSignal): Promise<Turn>;
  /** Whether any answer came. */
  started(): boolean;
  /** Whether the log's end was given. */
  hasBegun(): boolean;
  /** The place after the log's end as it was given, and what stands before that place. */
  after(): { token: string; events: readonly LogEvent[] } | undefined;
};

/** @param deps `heard` is told the log's end. */
export function createLogClimb(deps: {
  read: ReadOlderPage;
  heard(lines: readonly LogLine[]): void;
}): LogClimb {
  const reader = createBackwardReader({ read: deps.read });
  let forwardToken: string | undefined;
  let end: readonly LogEvent[] = [];
  let started = false;
  let pages = 0;
  let empties = 0;
  return {
    started: () => started,
    hasBegun: () => pages > 0,
    after: () => (forwardToken === undefined ? undefined : { token: forwardToken, events: end }),
    async turn(signal) {
      const step = await reader.step(signal);
      started = true;
      if (step.forwardToken !== undefined) forwardToken = step.forwardToken;
      const gap = step.gap ? { gap: step.gap } : {};
      if (step.events.length > 0) {
        empties = 0;
        pages += 1;
        const lines = step.events.flatMap(toLines);
        if (pages === 1) {
          end = step.events;
          deps.heard(lines);
        }
        const pause = pages < quickPages ? 0 : pauses.upwards;
        return { lines: [], older: { lines, isBeginning: false }, ...gap, pause };
      }
      if (!step.atBeginning) {
        empties += 1;
        const isQuick = pages < quickPages && empties <= quickEmpties;
        return { lines: [], ...gap, pause: isQuick ? pauses.catchUp : pauses.upwards };
      }
      return { ...over('complete'), older: { lines: [], isBeginning: true }, ...gap };
    },
  };
}
