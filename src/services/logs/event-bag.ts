import type { LogEvent } from './log-events.ts';

/** Events counted by what they say: GetLogEvents gives no ids, and equal events are common and all count. */
export type EventBag = {
  /** Takes one such event out; false if none is in. */
  take(event: LogEvent): boolean;
  size(): number;
};

export function bagOf(events: Iterable<LogEvent>): EventBag {
  const counts = new Map<string, number>();
  let size = 0;
  for (const event of events) {
    const key = keyOf(event);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    size += 1;
  }
  return {
    take(event) {
      const key = keyOf(event);
      const count = counts.get(key) ?? 0;
      if (count === 0) return false;
      counts.set(key, count - 1);
      size -= 1;
      return true;
    },
    size: () => size,
  };
}

const keyOf = (event: LogEvent) => `${event.timestamp}|${event.ingestionTime}|${event.message}`;
