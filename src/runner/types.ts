import type { BuildStatus, PhaseContext } from '../domain/build.ts';

/** What to run. Folders must exist; `workDir` is the build's own and holds the unpacked source in `workDir/src`. */
export type RunRequest = {
  /** The unpacked source. */
  sourceDir: string;
  /** A folder of this build alone for temporary files, HOME and artifacts. */
  scratchDir: string;
  /** Inline buildspec, or a path relative to the source; absent → `buildspec.yml`. */
  buildspec?: string;
  /** Project and StartBuild variables, lowest precedence first already merged over the buildspec's by the runner. */
  variables: Readonly<Record<string, string>>;
  /** CODEBUILD_* and AWS_REGION: set last, cannot be overridden. */
  reserved: Readonly<Record<string, string>>;
  timeoutMs: number;
};

/** What a run reports as it happens; `at` is epoch milliseconds. */
export type RunEvent =
  | { kind: 'log'; at: number; lines: string[] }
  | { kind: 'phase-started'; at: number; phase: string }
  | { kind: 'phase-ended'; at: number; phase: string; status: BuildStatus; contexts: PhaseContext[] }
  /** Last event. `artifact` is the zip on disk where one was made. */
  | {
      kind: 'ended';
      at: number;
      status: BuildStatus;
      artifact?: { path: string; sha256: string; md5: string; size: number };
    };

/**
 * Takes one event. Where it answers with a promise, the runner awaits it before it reads on: a sink that is behind
 * holds the command back instead of filling the memory.
 */
export type EmitRunEvent = (event: RunEvent) => void | Promise<void>;

/**
 * Runs DOWNLOAD_SOURCE's second half (the caller has started that phase and unpacked the source; the runner reads the
 * buildspec and ends it) to UPLOAD_ARTIFACTS (the zip is made; the caller uploads it). FINALIZING and COMPLETED are the
 * caller's. Abort ends the whole process group and the run with STOPPED; `ended` always comes, last and once.
 */
export type RunBuild = (request: RunRequest, emit: EmitRunEvent, signal: AbortSignal) => Promise<void>;
