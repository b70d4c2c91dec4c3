import { AppError } from '../../domain/errors.ts';
import { deadline } from './grace.ts';
import { takeBackRun } from './leftovers.ts';
import { removeStatement } from './policy/statements.ts';
import { noteInJournal, type Run } from './run.ts';
import { takeBack } from './upload/clean-up.ts';

/** How long cleaning up after a failure or a cancel may take, ms. */
const cleanUpMs = 20_000;

/** Takes back what the run left, within a bounded time; answers with what stayed behind, if anything did. */
export async function giveUp(run: Run): Promise<AppError | undefined> {
  const { deps, folder, traces, journal } = run;
  const limit = deadline(deps.clock, cleanUpMs);
  try {
    // Nothing points to it: should this not succeed, a later run may remove it.
    if (journal) await noteInJournal(run, { state: 'unwanted' }).catch(() => {});
    // One that was to be finished, and ended before it came to its upload, knows what lies there by its journal alone.
    if (journal && traces.length === 0) await takeBackRun(deps, journal, limit.signal);
    for (const trace of traces) await takeBack(deps.aws, trace, limit.signal);
    if (journal?.policySid !== undefined && traces.length > 0)
      await removeStatement(deps, run, journal.policySid, limit.signal);
    // With the folder goes the journal, from which a later run could still tidy up: only when all is well.
    await folder.remove();
    return undefined;
  } catch (error) {
    const reason = error instanceof AppError ? error.message : `not done within ${cleanUpMs / 1000} s.`;
    const first = traces[0] ?? journal;
    return new AppError({
      kind: 'failed',
      message: `Cleaning up failed: ${reason} ${first ? `s3://${first.bucket}/${first.key}` : folder.path} may be left behind.`,
      hint: 'The next distribution made on this machine tries again.',
      cause: error,
    });
  } finally {
    limit.done();
  }
}

/** The error with what stayed behind. */
export function withProblem(error: unknown, problem: AppError): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError({
    kind: error.kind,
    message: `${error.message} ${problem.message}`,
    hint: error.hint ?? problem.hint ?? '',
    retryable: error.retryable,
    cause: error,
  });
}

/**
 * Whether the record may point to the package without anybody knowing: its journal alone can settle that, so it stays
 * whatever the run failed of, a cancel included.
 */
export function isUnsettled({ journal, traces }: Run): boolean {
  return journal?.state === 'recording' && traces.length === 0;
}

/** What passes by itself: a network that is gone, a service that does not answer, credentials that ended. */
const passing = new Set(['network', 'unavailable', 'throttled', 'credentials']);

/**
 * Whether what lies in the bucket is worth keeping, so that the run can be finished later instead of begun anew: it
 * got as far as its upload, and failed of something that passes.
 */
export function isWorthKeeping(run: Run, error: unknown): error is AppError {
  return run.journal !== undefined && error instanceof AppError && passing.has(error.kind);
}

/** The error with the way to go on from it. */
export function withWayOn(error: AppError): AppError {
  return new AppError({
    kind: error.kind,
    message: `${error.message} What was uploaded is kept.`,
    hint: `${error.hint === undefined ? '' : `${error.hint} `}Then finish it with: ccwb-tui distribute --resume (or remove it: --clean-up).`,
    retryable: error.retryable,
    cause: error,
  });
}
