import type { ConnectionProof } from './connect.ts';

/** The sandbox as the commands and the program see it. */
export interface SandboxControl {
  /**
   * Uses the running sandbox or starts one in the background; proves that it is ours before answering.
   * `source`: a folder to build from now on, null for the sample project, absent to leave it as it is.
   */
  ensure(options: { source?: string | null }, signal: AbortSignal): Promise<SandboxInfo>;
  /** Undefined where none runs. */
  status(signal: AbortSignal): Promise<SandboxInfo | undefined>;
  /** True if one was running. */
  stop(signal: AbortSignal): Promise<boolean>;
  /** Stops it and removes its data (builds, objects, parameters); secret and port are kept. */
  reset(signal: AbortSignal): Promise<void>;
  /** Serves in the foreground until aborted. */
  serve(
    options: { port?: number; source?: string },
    signal: AbortSignal,
    ready: (info: SandboxInfo) => void,
  ): Promise<void>;
}

/** How to reach a running sandbox. */
export type SandboxInfo = {
  endpoint: string;
  port: number;
  pid: number;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** To be asked on every connection to `endpoint`. */
  proof: ConnectionProof;
  /** Home folder holding the sandbox account's own ccwb profile. */
  home: string;
  dataDir: string;
  /** Folder that builds take their source from; absent for the sample project. */
  source?: string;
};
