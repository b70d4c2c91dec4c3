import type { Build, BuildStatus, Phase } from './build.ts';

const failing: readonly BuildStatus[] = ['FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED'];

/**
 * Whether nothing about the build will change any more. A status newer than this program counts as ended once the
 * build says so otherwise.
 */
export function hasEnded(build: Pick<Build, 'status' | 'endedAt' | 'currentPhase'>): boolean {
  if (build.status === 'IN_PROGRESS') return false;
  if (build.status !== 'UNKNOWN') return true;
  return build.endedAt !== undefined || build.currentPhase === 'COMPLETED';
}

/** Queued builds are IN_PROGRESS too: CodeBuild has no status of their own for them. */
export function isQueued(build: Pick<Build, 'status' | 'currentPhase'>): boolean {
  return (
    build.status === 'IN_PROGRESS' && (build.currentPhase === 'SUBMITTED' || build.currentPhase === 'QUEUED')
  );
}

/**
 * The phase that broke the build: the first bad one, since UPLOAD_ARTIFACTS runs, and fails, after a failed BUILD too,
 * and `currentPhase` of a dead build is COMPLETED.
 */
export function firstFailure(build: Pick<Build, 'phases'>): Phase | undefined {
  return build.phases.find((phase) => phase.status !== undefined && failing.includes(phase.status));
}

/** Milliseconds something took, or has taken until `now`; undefined while it has not begun. Never negative. */
export function elapsed(span: { startedAt?: number; endedAt?: number }, now: number): number | undefined {
  if (span.startedAt === undefined) return undefined;
  return Math.max(0, (span.endedAt ?? now) - span.startedAt);
}
