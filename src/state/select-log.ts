import { ageText, countText } from '../domain/durations.ts';
import { isQueued } from '../domain/phases.ts';
import { logRows } from './layout.ts';
import { logTop } from './reduce-view.ts';
import type { State } from './state.ts';

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
    const line = Math.min(log.count, logTop(state) + logRows(state));
    const percent = log.count === 0 ? 100 : Math.floor((100 * line) / log.count);
    const fresh = log.count - log.countAtPause;
    const news = fresh > 0 ? `${countText(fresh)} new below, f follows` : 'f follows';
    const parts = [
      `line ${countText(line)} of ${countText(log.count)} (${percent}%)`,
      ...(log.gaps > 0 ? [gaps] : []),
      log.end ? 'f to the end' : news,
    ];
    return { parts, isPaused: true, hasTrouble };
  }
  return { parts: followed(state, gaps), isPaused: false, hasTrouble };
}

function followed(state: State, gaps: string): string[] {
  const log = state.view?.log;
  if (!log) return [];
  const lines = `${countText(log.count)} ${log.count === 1 ? 'line' : 'lines'}`;
  if (log.end) return ended(log.end, lines, gaps);
  if (log.count === 0) return [waiting(state)];
  const last =
    log.lastLinesAt === undefined
      ? []
      : [`last ${ageText(state.now - log.lastLinesAt).replace(' ', '')} ago`];
  const throttled = log.throttled > 0 ? [`throttled ${countText(log.throttled)} times`] : [];
  // Lines were read, and now there is no log to read more from: deleted, or not found for a while.
  if (log.waiting === 'stream-not-created') return [lines, gaps, ...last, 'the log is gone', 'following'];
  return [lines, gaps, ...last, ...throttled, 'following'];
}

function ended(end: { reason: string; detail?: string }, lines: string, gaps: string): string[] {
  switch (end.reason) {
    case 'complete':
      return [lines, gaps, end.detail ?? 'complete'];
    case 'no-log':
      return [lines, end.detail ?? 'no log: it has expired, or none was written'];
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
