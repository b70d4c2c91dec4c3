import type { LogLine, LogUpdate } from '../domain/log.ts';
import { emptyLog } from '../state/initial.ts';
import type { LogProgress } from '../state/state.ts';

export type LogModel = {
  readonly count: number;
  line(index: number): LogLine | undefined;
  firstError(): number | undefined;
  find(text: string, from: number, direction: 1 | -1): number | undefined;
  jump(to: 'error' | 'phase', from: number, direction: 1 | -1): number | undefined;
  take(update: LogUpdate, now: number): void;
  progress(): LogProgress;
};

export type LogModels = {
  begin(buildId: string): LogModel;
  get(buildId: string): LogModel | undefined;
};

export function createLogModels(): LogModels {
  const models = new Map<string, LogModel>();
  return {
    begin(id) {
      const m = createLogModel();
      models.set(id, m);
      return m;
    },
    get: (id) => models.get(id),
  };
}

function createLogModel(): LogModel {
  const lines: LogLine[] = [];
  let p: LogProgress = emptyLog;
  return {
    get count() {
      return lines.length;
    },
    line: (i) => lines[i],
    firstError: () => undefined,
    find: () => undefined,
    jump: () => undefined,
    progress: () => p,
    take(update, now) {
      switch (update.kind) {
        case 'lines':
          for (const line of update.lines) lines.push(line);
          p = { ...p, version: p.version + 1, count: lines.length, lastLinesAt: now, waiting: undefined };
          break;
        case 'end': {
          const { reason, detail } = update;
          p = { ...p, end: detail === undefined ? { reason } : { reason, detail }, trouble: undefined };
          break;
        }
        case 'gap':
          p = { ...p, gaps: p.gaps + 1 };
          break;
        case 'polled':
          p = { ...p, throttled: update.throttled, trouble: undefined };
          break;
        case 'trouble': {
          const { error, since, nextTryAt } = update;
          p = { ...p, trouble: { error, since, nextTryAt } };
          break;
        }
        case 'waiting':
          p = { ...p, waiting: update.reason };
      }
    },
  };
}
