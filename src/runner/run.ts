import type { BuildStatus, PhaseContext } from '../domain/build.ts';
import type { Clock } from '../domain/clock.ts';
import type { PhaseEnd } from './command-phase.ts';
import type { Grace } from './process-group.ts';
import type { Report } from './report.ts';
import type { RunRequest } from './types.ts';

export type RunnerOptions = {
  clock: Clock;
  /** The running Node's executable; its folder leads the commands' PATH. */
  nodePath: string;
  platform: NodeJS.Platform;
  /** An unguessable word, once a build. */
  newToken: () => string;
  /** How long commands may take to end by themselves when they are told to. */
  grace?: Grace;
};

/** Why a run was cut short; undefined while it goes on. */
export type Interruption = () => Extract<BuildStatus, 'STOPPED' | 'TIMED_OUT'> | undefined;

/** One build under way. */
export type Run = {
  options: RunnerOptions;
  request: RunRequest;
  report: Report;
  signal: AbortSignal;
  interruption: Interruption;
};

/** How the phase that was cut short ends. The code of a time-out is from memory of CodeBuild. */
export function cutShort(interruption: Interruption): PhaseEnd {
  const status = interruption() ?? 'STOPPED';
  const contexts: PhaseContext[] =
    status === 'TIMED_OUT' ? [{ code: 'BUILD_TIMED_OUT', message: 'Build has timed out. ' }] : [];
  return { status, contexts };
}
