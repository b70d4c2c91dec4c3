import { type Build, phaseOrder } from '../domain/build.ts';
import { clockMinutes, durationText, roughDuration, shortDuration } from '../domain/durations.ts';
import { manualsWindowsMinutes, timeLeft } from '../domain/estimate.ts';
import { elapsed, firstFailure } from '../domain/phases.ts';
import { statusWord } from '../domain/status-words.ts';
import { isRunning } from './builds-list.ts';
import { knownUntil } from './layout.ts';
import { costText, initiatorText, phaseWord, usualFor } from './select-builds.ts';
import type { State } from './state.ts';

/** The line under the top bar: what became of the build, who, when, how long yet, for how much. */
export type BuildSummary = {
  status: Build['status'];
  statusWord: string;
  time: string | undefined;
  facts: string[];
};

export function selectSummary(state: State): BuildSummary | undefined {
  const build = state.view?.build;
  if (!build) return undefined;
  const { env } = state;
  const time = elapsed(build, knownUntil(state));
  const by = initiatorText(build);
  const started = build.startedAt === undefined ? undefined : clockMinutes(build.startedAt, env.timeZone);
  const who = [
    build.number === undefined ? undefined : `#${build.number}`,
    by === undefined ? undefined : `by ${by}`,
    started,
  ].filter((part) => part !== undefined);
  const cost = costText(state, build);
  return {
    status: build.status,
    statusWord: statusWord(build.status),
    time: time === undefined ? undefined : durationText(time),
    facts: [
      who.join(' '),
      timeFact(state, build),
      cost === undefined ? '' : isRunning(build) ? `${cost} so far` : cost,
    ].filter((fact) => fact !== ''),
  };
}

function timeFact(state: State, build: Build): string {
  if (!isRunning(build)) return '';
  const usual = usualFor(state, build);
  // Without history the manual's figure stands there, named as the manual's.
  const { from, to } = manualsWindowsMinutes;
  if (!usual) return build.target === 'windows' ? `(manual: ${from}–${to} min)` : '';
  const left = timeLeft(build, usual, knownUntil(state)) ?? 0;
  const usually = shortDuration(usual.total);
  return left > 0 ? `${roughDuration(left)} left (usual ${usually})` : `longer than the usual ${usually}`;
}

/** A phase in the strip. */
export type PhaseCell = {
  type: string;
  word: string;
  /** Undefined for a phase that has not begun. */
  status: Build['status'] | undefined;
  time: string | undefined;
  /** Of the running phase, where its usual time is known. */
  progress: { fraction: number; of: string } | undefined;
};

/** Shorter words for phases still to come. */
const waitingWords: Readonly<Record<string, string>> = { POST_BUILD: 'POST' };

/** Words of the strip: wider than the list's column. */
const stripWords: Readonly<Record<string, string>> = { PROVISIONING: 'PROVISIONING' };

/** Phases of the first row of the strip; the rest stands in the second. */
const firstRow = 5;

/** The phases in their two rows, as far as they came. */
export function selectPhases(state: State): [PhaseCell[], PhaseCell[]] {
  const build = state.view?.build;
  const usual = build && usualFor(state, build);
  const types = phaseOrder.filter((type) => type !== 'COMPLETED');
  const cells = types.map((type): PhaseCell => {
    const phase = build?.phases.find((it) => it.type === type);
    const word = stripWords[type] ?? phaseWord(type);
    if (!phase) {
      const waiting = waitingWords[type] ?? word;
      return { type, word: waiting, status: undefined, time: undefined, progress: undefined };
    }
    const time = elapsed(phase, knownUntil(state));
    const runs = phase.status === undefined || phase.status === 'IN_PROGRESS';
    const typical = usual?.phases[type];
    // A bar of less than a second would only be full.
    const progress =
      runs && typical !== undefined && typical >= 1_000 && time !== undefined
        ? { fraction: Math.min(1, time / typical), of: `~${shortDuration(typical)}` }
        : undefined;
    return {
      type,
      word,
      status: phase.status ?? 'IN_PROGRESS',
      time: time === undefined ? undefined : shortDuration(time),
      progress,
    };
  });
  return [cells.slice(0, firstRow), cells.slice(firstRow)];
}

/** Why a build failed, in the place of its phases. */
export type FailureCard = { title: string; message: string };

const stoppedText = 'It was stopped before its end; nothing is known to be wrong with it.';

export function selectFailure(build: Build): FailureCard {
  const failed = firstFailure(build);
  const word = statusWord(build.status);
  if (!failed) return { title: word, message: 'CodeBuild names no phase that failed.' };
  const time = elapsed(failed, failed.endedAt ?? 0);
  const after = time === undefined ? '' : ` after ${shortDuration(time)}`;
  const context = failed.contexts.find((it) => it.message !== '') ?? failed.contexts[0];
  const code = context?.code ? `  ${context.code}` : '';
  const verb =
    failed.status === 'STOPPED' ? 'stopped' : failed.status === 'TIMED_OUT' ? 'timed out' : 'failed';
  return {
    title: `${phaseWord(failed.type)} ${verb}${after}${code}`,
    message: context?.message || (failed.status === 'STOPPED' ? stoppedText : 'CodeBuild gives no reason.'),
  };
}
