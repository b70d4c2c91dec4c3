import { ageText, countText } from '../domain/durations.ts';
import { isQueued } from '../domain/phases.ts';
import type { State } from './state.ts';
import type { Findings, LogProgress, LogView } from './state-log.ts';

/** A part of the rule; where there is no room for all, those with the highest rank are left out first, never rank 0. */
export type RulePart = { text: string; rank: number };

/** The rule above the log: what is known of it, honestly. */
export type LogRuleText = {
  /** What is looked for and shown, and how much of it there is. */
  findings: RulePart[];
  parts: RulePart[];
  /** Said at once to the eye, behind the first part. */
  isPaused: boolean;
  hasTrouble: boolean;
};

/** `last`: number of the last line on screen; undefined where none is. */
export function selectLogRule(state: State, last?: number): LogRuleText {
  const view = state.view?.log;
  if (!view) return { findings: [], parts: [], isPaused: false, hasTrouble: false };
  const shared = {
    findings: [...found(view), ...kept(view)],
    hasTrouble: view.gaps > 0 || view.trouble !== undefined,
  };
  if (view.follow) return { ...shared, parts: followed(state, view), isPaused: false };
  return { ...shared, parts: paused(view, last), isPaused: true };
}

const part = (text: string, rank = 0): RulePart => ({ text, rank });

function paused(view: LogView, last = view.first): RulePart[] {
  const all = lineCount(view);
  const line = all - view.count + last + 1;
  // How far down this is nobody knows before the beginning is there.
  const where = view.older === 'loading' ? ' so far' : ` (${percentOf(line, all)}%)`;
  const fresh = view.count - view.countAtPause;
  const news = fresh > 0 ? `${countText(fresh)} new below, f follows` : 'f follows';
  return [
    part(`line ${countText(line)} of ${countText(all)}${where}`),
    ...(view.gaps > 0 ? [part(gapsText(view), 1)] : []),
    ...olderText(view),
    part(view.end || view.older === 'loading' ? 'f to the end' : news, 2),
  ];
}

const percentOf = (line: number, all: number) => (all === 0 ? 100 : Math.floor((100 * line) / all));

/** Lines of the log as far as they are known, also those no longer held. */
const lineCount = (log: LogProgress) => log.count - (log.origin ?? Math.min(0, log.first));

function olderText({ older }: LogProgress): RulePart[] {
  if (older === undefined) return [];
  return [part(older === 'loading' ? 'older lines loading ↑' : 'older lines not held', 1)];
}

/** `/nuitka 12 of 340`; a `+` stands where not all lines were looked at yet. */
function found({ find, found: findings, foundAt }: LogView): RulePart[] {
  if (find === '') return [];
  const what = `/${shortened(find)}`;
  if (!findings) return [part(what, 1)];
  const at = foundAt === undefined ? '' : `${countText(foundAt + 1)} of `;
  return [part(`${what} ${at}${counted(findings)}`, 1)];
}

function kept({ filter, kept: findings, context }: LogView): RulePart[] {
  if (filter === '') return [];
  const around = context > 0 ? ` +${context}` : '';
  return [part(`&${shortened(filter)}${around}${findings ? ` ${counted(findings)}` : ''}`, 0)];
}

const counted = ({ count, isComplete }: Findings) => `${countText(count)}${isComplete ? '' : '+'}`;

/** Longest piece of what was typed that stands in the rule. */
const longestTyped = 16;
const shortened = (text: string) =>
  text.length > longestTyped ? `${text.slice(0, longestTyped - 1)}…` : text;

const gapsText = ({ gaps }: LogView) => `${countText(gaps)} ${gaps === 1 ? 'gap' : 'gaps'}`;

function followed(state: State, log: LogView): RulePart[] {
  const all = lineCount(log);
  const lines = `${countText(all)} ${all === 1 ? 'line' : 'lines'}`;
  const gaps = part(gapsText(log), log.gaps > 0 ? 0 : 2);
  if (log.end) return [...ended(log.end, part(lines), gaps), ...olderText(log)];
  if (all === 0) return [part(waiting(state))];
  if (log.older === 'loading') {
    return [part(`${lines} so far`), ...(log.gaps > 0 ? [gaps] : []), ...olderText(log)];
  }
  const last =
    log.lastLinesAt === undefined
      ? []
      : [part(`last ${ageText(state.now - log.lastLinesAt).replace(' ', '')} ago`, 1)];
  const throttled = log.throttled > 0 ? [part(`throttled ×${countText(log.throttled)}`, 1)] : [];
  // Lines were read, and now there is no log to read more from: deleted, or not found for a while.
  if (log.waiting === 'stream-not-created')
    return [part(lines), gaps, ...last, part('the log is gone'), part('following')];
  return [
    part(lines),
    gaps,
    ...last,
    ...throttled,
    ...nextPoll(state, log),
    ...olderText(log),
    part('following'),
  ];
}

/** Wide terminals have room to say when the log is asked for again. */
function nextPoll(state: State, log: LogView): RulePart[] {
  if (log.nextPollAt === undefined) return [];
  const wait = Math.max(0, Math.ceil((log.nextPollAt - state.now) / 1000));
  return [part(wait === 0 ? 'reading' : `next in ${wait}s`, 3)];
}

function ended(end: { reason: string; detail?: string }, lines: RulePart, gaps: RulePart): RulePart[] {
  switch (end.reason) {
    case 'complete':
      return [lines, gaps, part(end.detail ?? 'complete')];
    case 'no-log':
      return [lines, part(end.detail ?? 'no log: it has expired, or none was written')];
    case 'expired':
      return [part('no log any more: ccwb’s log groups keep theirs for 7 days')];
    case 'disabled':
      return [part('the project writes no log to CloudWatch')];
    case 's3-only':
      return [part(`the log is only in S3${end.detail === undefined ? '' : `: ${end.detail}`}`)];
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
