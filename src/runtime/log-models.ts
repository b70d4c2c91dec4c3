import type { LogUpdate } from '../domain/log.ts';
import { createLogBuffer, type LogBuffer } from '../domain/log-buffer.ts';
import { createLogFilter, type LogFilter } from '../domain/log-filter.ts';
import type { Query } from '../domain/log-query.ts';
import type { LogFind, LogReader } from '../domain/log-reader.ts';
import { createLogSearch } from '../domain/log-search.ts';
import { emptyLog } from '../state/initial.ts';
import type { LogProgress } from '../state/state-log.ts';

/** The log of one build, outside the state: its lines, and what following it has told. */
export type LogModel = LogBuffer &
  LogReader & {
    take(update: LogUpdate, now: number): void;
    progress(): LogProgress;
    /** Looks for something else from now on, or for nothing any more. */
    look(what: 'find' | 'filter', query: Query | undefined): LogFind | undefined;
    /** Resolves with the next update. */
    changed(): Promise<void>;
  };

/** The logs of the builds opened last. */
export type LogModels = {
  /** A fresh, empty log for a build that is being followed from its beginning. */
  begin(buildId: string): LogModel;
  get(buildId: string): LogModel | undefined;
};

/** A log read before is forgotten when another is opened after it: a long one takes a hundred megabytes. */
const keptLogs = 2;

/** @param options `maxBytes` a log may hold */
export function createLogModels(options: { maxBytes?: number } = {}): LogModels {
  const models = new Map<string, LogModel>();
  return {
    begin(buildId) {
      models.delete(buildId);
      const model = createLogModel(options);
      models.set(buildId, model);
      for (const oldest of models.keys()) {
        if (models.size <= keptLogs) break;
        models.delete(oldest);
      }
      return model;
    },
    get: (buildId) => models.get(buildId),
  };
}

function createLogModel(options: { maxBytes?: number }): LogModel {
  const buffer = createLogBuffer(options);
  let told: LogProgress = emptyLog;
  /** Read from its end upwards. */
  let isUpwards = false;

  const takeOlder = ({ lines, isBeginning }: LogUpdate & { kind: 'older' }): void => {
    isUpwards = true;
    // The end itself comes first, and is numbered from 0.
    if (buffer.count === 0) buffer.append(lines);
    else buffer.prepend(lines);
    if (isBeginning) buffer.markBeginning();
    told = { ...told, waiting: undefined };
    // The end is whole by now, and more does not fit: this is all there will be.
    if (buffer.origin === undefined && !buffer.takesOlder) told = { ...told, end: { reason: 'complete' } };
  };
  const older = (): LogProgress['older'] => {
    if (buffer.dropped > 0) return 'not-held';
    if (!isUpwards || buffer.origin !== undefined) return undefined;
    if (!buffer.takesOlder) return 'not-held';
    return told.end ? undefined : 'loading';
  };

  const take = (update: LogUpdate, now: number): void => {
    switch (update.kind) {
      case 'lines':
        if (!isUpwards) buffer.markBeginning();
        buffer.append(update.lines);
        told = { ...told, lastLinesAt: now, waiting: undefined };
        break;
      case 'older':
        takeOlder(update);
        break;
      case 'waiting':
        told = { ...told, waiting: update.reason };
        break;
      case 'polled':
        told = {
          ...told,
          throttled: update.throttled,
          nextPollAt: update.nextPollAt,
          trouble: undefined,
        };
        break;
      case 'gap':
        if (isUpwards) buffer.prependNote(gapNote(update), update.after);
        else buffer.appendNote(gapNote(update), update.before);
        told = { ...told, gaps: told.gaps + 1 };
        break;
      case 'trouble': {
        const { error, since, nextTryAt } = update;
        told = { ...told, trouble: { error, since, nextTryAt } };
        break;
      }
      case 'end': {
        const { reason, detail } = update;
        const end = detail === undefined ? { reason } : { reason, detail };
        told = { ...told, end, waiting: undefined, trouble: undefined, nextPollAt: undefined };
      }
    }
  };
  const progress = (): LogProgress => {
    const { version, count, first, origin } = buffer;
    return { ...told, version, count, first, origin, older: older() };
  };
  const looks: { find?: LogFind | undefined; filter?: LogFind | undefined } = {};
  let filtered: { context: number; filter: LogFilter } | undefined;
  let waiting = Promise.withResolvers<void>();
  const reader = {
    take(update: LogUpdate, now: number) {
      take(update, now);
      waiting.resolve();
      waiting = Promise.withResolvers();
    },
    progress,
    changed: () => waiting.promise,
    look(what: 'find' | 'filter', query: Query | undefined) {
      if (what === 'filter') filtered = undefined;
      looks[what] = query && { query, search: createLogSearch(buffer, query) };
      return looks[what];
    },
    get find() {
      return looks.find;
    },
    get filter() {
      return looks.filter;
    },
    filtered(context: number) {
      if (!looks.filter) return undefined;
      if (filtered?.context !== context) {
        filtered = { context, filter: createLogFilter(looks.filter.search, buffer, { context }) };
      }
      return filtered.filter;
    },
  };
  return withGetters(buffer, reader);
}

/** What stands in the log where something of it may be missing. */
function gapNote({ after, before }: { after: number; before: number }): string {
  const time = (at: number) => new Date(at).toISOString().slice(11, 19);
  return `gap: lines between ${time(after)} and ${time(before)} UTC may be missing`;
}

/** Both objects as one; getters stay getters, which a copy would freeze. */
function withGetters<A extends object, B extends object>(a: A, b: B): A & B {
  return Object.defineProperties(a, Object.getOwnPropertyDescriptors(b)) as A & B;
}
