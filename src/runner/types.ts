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

/** Runs DOWNLOAD_SOURCE's second half (buildspec) to UPLOAD_ARTIFACTS; ends the whole process group on abort. */
export type RunBuild = (
  request: RunRequest,
  emit: (event: RunEvent) => void,
  signal: AbortSignal,
) => Promise<void>;
