/** What went wrong, in the words of the program rather than of an SDK. Decides the exit code. */
export type ErrorKind =
  | 'usage'
  | 'credentials'
  | 'permission'
  | 'not-found'
  | 'network'
  | 'throttled'
  | 'unavailable'
  | 'conflict'
  | 'invalid'
  | 'failed'
  | 'bug';

export type AppErrorFields = {
  kind: ErrorKind;
  /** What is wrong and where; one sentence, already sanitised. */
  message: string;
  /** What to do about it; one sentence or a command. */
  hint?: string;
  /** Whether trying the same thing again can succeed by itself. */
  retryable?: boolean;
  cause?: unknown;
};

/** The one error type of the program. Aborts are not errors: see {@link isAbort}. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(fields: AppErrorFields) {
    super(fields.message, { cause: fields.cause });
    this.name = 'AppError';
    this.kind = fields.kind;
    this.hint = fields.hint;
    this.retryable = fields.retryable ?? false;
  }
}

/** True for whatever an aborted await throws: the SDK, fetch, timers and streams all name it so. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'Aborted');
}

/** Exit codes of every headless command, as listed in the README. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  access: 3,
  notFound: 4,
  network: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const exitCodeOf: Record<ErrorKind, ExitCode> = {
  usage: exitCodes.usage,
  credentials: exitCodes.access,
  permission: exitCodes.access,
  'not-found': exitCodes.notFound,
  network: exitCodes.network,
  throttled: exitCodes.network,
  unavailable: exitCodes.network,
  conflict: exitCodes.failed,
  invalid: exitCodes.failed,
  failed: exitCodes.failed,
  bug: exitCodes.failed,
};

/** The exit code that a thrown value ends the process with. */
export function exitCodeFor(error: unknown): ExitCode {
  if (isAbort(error)) return exitCodes.interrupted;
  return error instanceof AppError ? exitCodeOf[error.kind] : exitCodes.failed;
}

/** Any thrown value as an AppError; one we did not foresee is a bug and says so. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError({
    kind: 'bug',
    message: `Unexpected error: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Run again with --debug FILE and report what it holds.',
    cause: error,
  });
}
