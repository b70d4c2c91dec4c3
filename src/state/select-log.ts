import { ageText, countText } from '../domain/durations.ts';
import { isQueued } from '../domain/phases.ts';
import { logRows } from './layout.ts';
import { logTop } from './reduce-view.ts';
import type { LogProgress, State } from './state.ts';

/** The rule above the log: what is known of it, honestly. */
export type LogRuleText = {
  parts: string[];
  /** Said first, at once to the eye. */
  isPaused: boolean;
  hasTrouble: boolean;
};

export function selectLogRule(state: State): LogRuleText {
  const log = state.view?.log;
  if (!log) return { parts: [], isPaused: false, hasTrouble: false };
  const gaps = `${countText(log.gaps)} ${log.gaps === 1 ? 'gap' : 'gaps'}`;
  const hasTrouble = log.gaps > 0 || log.trouble !== undefined;
  if (!log.follow) {
    const all = lineCount(log);
    const line = all - log.count + Math.min(log.count, logTop(state) + logRows(state));
    const percent = all === 0 ? 100 : Math.floor((100 * line) / all);
    const fresh = log.count - log.countAtPause;
    const news = fresh > 0 ? `${countText(fresh)} new below, f follows` : 'f follows';
    const parts = [
      // How far down this is nobody knows before the beginning is there.
      `line ${countText(line)} of ${countText(all)}${log.older === 'loading' ? ' so far' : ` (${percent}%)`}`,
      ...(log.gaps > 0 ? [gaps] : []),
      ...olderText(log),
      log.end || log.older === 'loading' ? 'f to the end' : news,
    ];
    return { parts, isPaused: true, hasTrouble };
  }
  return { parts: followed(state, gaps), isPaused: false, hasTrouble };
}

function followed(state: State, gaps: string): string[] {
  const log = state.view?.log;
  if (!log) return [];
  const all = lineCount(log);
  const lines = `${countText(all)} ${all === 1 ? 'line' : 'lines'}`;
  if (log.end) return [...ended(log.end, lines, gaps), ...olderText(log)];
  if (log.count === 0) return [waiting(state)];
  if (log.older === 'loading') return [`${lines} so far`, ...(log.gaps > 0 ? [gaps] : []), ...olderText(log)];
  const last =
    log.lastLinesAt === undefined
      ? []
      : [`last ${ageText(state.now - log.lastLinesAt).replace(' ', '')} ago`];
  const throttled = log.throttled > 0 ? [`throttled ${countText(log.throttled)} times`] : [];
  // Lines were read, and now there is no log to read more from: deleted, or not found for a while.
  if (log.waiting === 'stream-not-created') return [lines, gaps, ...last, 'the log is gone', 'following'];
  return [lines, gaps, ...last, ...throttled, ...olderText(log), 'following'];
}

/** Lines of the log as far as they are known, also those no longer held. */
const lineCount = (log: LogProgress) => log.count - (log.origin ?? Math.min(0, log.first));

function olderText({ older }: LogProgress): string[] {
  if (older === undefined) return [];
  return [older === 'loading' ? 'older lines loading ↑' : 'older lines not held'];
}

function ended(end: { reason: string; detail?: string }, lines: string, gaps: string): string[] {
  switch (end.reason) {
    case 'complete':
      return [lines, gaps, end.detail ?? 'complete'];
    case 'no-log':
      return [lines, end.detail ?? 'no log: it has expired, or none was written'];
    case 'expired':
      return ['the log has expired: logs are kept for 7 days'];
    case 'disabled':
      return ['the project writes no log to CloudWatch'];
    case 's3-only':
      return [`the log is only in S3${end.detail === undefined ? '' : `: ${end.detail}`}`];
    default:
      return [lines, gaps];
  }
}

function waiting({ view }: State): string {
  if (!view?.log.waiting) return 'reading';
  // The build is asked for more often than its log: the phases above may know that it runs.
  const isKnownToRun = view.build !== undefined && !isQueued(view.build);
  const queued = view.log.waiting === 'build-queued' && !isKnownToRun;
  return queued ? 'waiting: the build is queued' : 'waiting: the log has not begun';
}
