import type { Build, Project } from '../build.ts';
import type { AppError } from '../errors.ts';

/** The builds of an account: read, followed, started and stopped. */
export interface BuildsService {
  /** Newest builds of the projects merged by start time, `limit` of them, from `cursor` on. */
  list(query: BuildQuery, signal: AbortSignal): Promise<BuildPage>;
  /**
   * Polls the newest `limit()` builds and yields a snapshot at once and after each change or failed poll.
   * Faster while something runs, slower when not, backing off while throttled. Never throws on a failed poll:
   * it yields `trouble` and goes on.
   */
  follow(query: FollowQuery, signal: AbortSignal): AsyncIterable<BuildsUpdate>;
  /**
   * One build. Answers from what another poll saw at most `maxAgeMs` ago (default 0: always asks).
   * `impatient`: tried once only, by a caller that says what is wrong and asks again.
   */
  get(id: string, signal: AbortSignal, options?: { maxAgeMs?: number; impatient?: boolean }): Promise<Build>;
  /** Yields the build at once and on every change until it has ended; `trouble` while it cannot be read. */
  watch(id: string, signal: AbortSignal): AsyncIterable<BuildUpdate>;
  /**
   * The build meant by `latest`, `project:uuid`, a uuid, or a unique prefix of one.
   * @throws AppError `not-found`, or `usage` naming the candidates of an ambiguous prefix.
   */
  resolve(reference: string, projects: readonly string[], signal: AbortSignal): Promise<Build>;
  /** Starts a build. `token` is one per user intent: the same for every retry of it. */
  start(project: string, token: string, signal: AbortSignal): Promise<Build>;
  stop(id: string, signal: AbortSignal): Promise<Build>;
  /** Starts the same build anew; the answer is a build of its own id. */
  retry(id: string, token: string, signal: AbortSignal): Promise<Build>;
  projects(names: readonly string[], signal: AbortSignal): Promise<Project[]>;
  /** Has everything that follows or watches ask now instead of at its next poll: the user asked, or wants more rows. */
  refresh(): void;
}

export type BuildQuery = { projects: readonly string[]; limit: number; cursor?: string };

export type BuildPage = { builds: Build[] /** Absent on the last page. */; cursor?: string; total?: number };

export type FollowQuery = { projects: readonly string[]; limit: () => number };

export type BuildsUpdate =
  /** `more`: older builds exist; `total`: how many there are in all, once every page was seen. */
  | { kind: 'snapshot'; builds: Build[]; more: boolean; total?: number; at: number; nextPollAt: number }
  | { kind: 'trouble'; error: AppError; since: number; nextTryAt: number };

export type BuildUpdate =
  | { kind: 'build'; build: Build; at: number }
  | { kind: 'trouble'; error: AppError; since: number; nextTryAt: number };
