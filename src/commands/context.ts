import type { Build } from '../domain/build.ts';
import type { Clock } from '../domain/clock.ts';
import type { LogFiles } from '../domain/ports/log-files.ts';
import type { SandboxControl } from '../domain/ports/sandbox.ts';
import type { Services } from '../domain/ports/services.ts';
import type { CodeLook } from '../domain/qr-picture.ts';
import type { Settings } from '../domain/settings.ts';

/** Options every command takes, before or after its name. */
export type GlobalOptions = {
  profile?: string;
  region?: string;
  project?: string;
  endpointUrl?: string;
  sandbox: boolean;
  /** Folder the sandbox builds instead of its sample project; implies `sandbox`. */
  source?: string;
  json: boolean;
  readOnly: boolean;
  color: boolean;
  ascii: boolean;
  debug?: string;
};

/** The standard streams as a command sees them. */
export type Io = {
  /** For the result. Resolves when the reader took it; rejects with ReaderGone when the reader is gone. */
  out(text: string): Promise<void>;
  /** For progress and messages. */
  err(text: string): void;
  /** Asks on the terminal, default No; undefined where there is no terminal to ask on. */
  confirm: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Columns of the terminal that stdout is; absent when it is a pipe or a file: nothing is cut then. */
  columns?: number;
  /** The terminal that stderr is, and how it draws a QR code; absent when it is a pipe or a file. */
  screen?: { columns: number; rows: number; look: CodeLook | undefined };
  /** Whether stdout may carry colours. */
  color: boolean;
  unicode: boolean;
  timeZone: string;
};

/** Where the last started build is noted for ccwb; see `latest-build.json`. */
export type RecordLatestBuild = (build: Build, services: Services) => Promise<void>;

/** Everything a command may use; made by `main`. */
export type CommandContext = {
  options: GlobalOptions;
  io: Io;
  signal: AbortSignal;
  clock: Clock;
  settings: Settings;
  sandbox: SandboxControl;
  files: LogFiles;
  /** Opens the session the global options ask for. `startsBuilds` hands `--source` to the sandbox. */
  connect(use?: { startsBuilds?: boolean }): Promise<Services>;
  /** A fresh idempotency token: one for each thing the user wants once. */
  newToken(): string;
  recordLatestBuild: RecordLatestBuild;
};

/** A headless command, ready to run; its exit code is that of the process. */
export type Run = (context: CommandContext) => Promise<number>;
