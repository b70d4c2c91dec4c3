import type { Build } from '../../domain/build.ts';
import type { Clock } from '../../domain/clock.ts';
import type { LogLine } from '../../domain/log.ts';
import { hasEnded } from '../../domain/phases.ts';
import type { BuildsService } from '../../domain/ports/builds.ts';

/**
 * How old the news about the build may be, while the stream is awaited and while it is quiet. A watcher of the same
 * build keeps them younger, and then asking costs nothing.
 */
const waitingAgeMs = 4_000;
const quietAgeMs = 5_000;
const closingAgeMs = 1_500;
/** After a build's end its last lines may still be on their way for this long. */
const lateMs = 10_000;
/** Ended this long ago, nothing is on its way any more. */
const settledMs = 120_000;
/** ccwb's log groups keep their events for 7 days. */
const keptMs = 7 * 24 * 60 * 60 * 1_000;
/** CodeBuild's last words on every build, two lines: once they were read nothing before them can be on its way. */
const lastWords = [
  /^\[Container\] .* Phase complete: UPLOAD_ARTIFACTS State: /,
  /^\[Container\] .* Phase context status code: /,
] as const;

/** The build whose log is read: whether it goes on, and whether its last lines are there. */
export type FollowedBuild = {
  /** What is known of it, asked for again where that is too old for what it is `needed` for. */
  look(signal: AbortSignal, needed?: 'waiting' | 'quiet'): Promise<Build>;
  /** As far as it was looked at. */
  known(): Build | undefined;
  /** Takes note of the log's last lines so far. */
  heard(lines: readonly LogLine[]): void;
  /** The log has come to its last words. */
  isClosing(): boolean;
  /** Ended so long ago that nothing is on its way. */
  isOld(): boolean;
  /** Ended longer ago than its log is kept. */
  isExpired(): boolean;
  /** The build's last lines can no longer be on their way. */
  isSettled(): boolean;
};

export function createFollowedBuild(
  deps: { builds: Pick<BuildsService, 'get'>; clock: Clock },
  query: { buildId: string; impatient: boolean },
): FollowedBuild {
  const { builds, clock } = deps;
  let build: Build | undefined;
  let endNoticedAt: number | undefined;
  let lastLines: string[] = [];
  let closing = false;
  const endedAgo = (ms: number) => build?.endedAt !== undefined && clock.now() - build.endedAt >= ms;
  const isOld = () => endedAgo(settledMs);
  return {
    async look(signal, needed = 'waiting') {
      if (build && hasEnded(build)) return build;
      const maxAgeMs = needed === 'waiting' ? waitingAgeMs : closing ? closingAgeMs : quietAgeMs;
      build = await builds.get(query.buildId, signal, { maxAgeMs, impatient: query.impatient });
      if (hasEnded(build)) endNoticedAt ??= clock.now();
      return build;
    },
    known: () => build,
    heard(lines) {
      lastLines = [...lastLines, ...lines.slice(-2).map((line) => line.text)].slice(-2);
      closing = lastWords.every((words, index) => words.test(lastLines[index] ?? ''));
    },
    isClosing: () => closing,
    isOld,
    isExpired: () => endedAgo(keptMs),
    isSettled() {
      if (!build || endNoticedAt === undefined) return false;
      return closing || isOld() || clock.now() - endNoticedAt >= lateMs;
    },
  };
}
