import type { BuildStatus } from '../domain/build.ts';
import type { Buildspec } from './buildspec.ts';
import { BuildspecError } from './buildspec-yaml.ts';
import { runCommandPhase } from './command-phase.ts';
import { openSession, readSpec } from './download-phase.ts';
import { createReport } from './report.ts';
import { cutShort, type Run, type RunnerOptions } from './run.ts';
import type { ShellSession } from './shell-session.ts';
import { type NextPhase, nextPhase } from './transitions.ts';
import type { RunBuild } from './types.ts';
import { upload } from './upload-phase.ts';
import type { ZipSummary } from './zip-file.ts';

async function runPhases(
  run: Run,
  spec: Buildspec,
  session: ShellSession,
): Promise<[BuildStatus, NextPhase]> {
  let phase: NextPhase = 'INSTALL';
  let succeeding = true;
  while (phase !== 'UPLOAD_ARTIFACTS' && phase !== 'END') {
    const end = await runCommandPhase(phase, spec.phases[phase], succeeding, session, run.report, run.signal);
    if (end === undefined) {
      // Its last words belong to the phase, before the line that closes it.
      await session.close();
      const { status, contexts } = cutShort(run.interruption);
      await run.report.endPhase(phase, status, contexts);
      return [status, 'END'];
    }
    await run.report.endPhase(phase, end.status, end.contexts);
    succeeding = succeeding && end.status === 'SUCCEEDED';
    phase = nextPhase(phase, end.status === 'SUCCEEDED', spec.phases[phase]?.onFailure);
  }
  return [succeeding ? 'SUCCEEDED' : 'FAILED', phase];
}

/** Something of ours or of the machine failed, not the build: no disk, no processes left. */
async function fault(run: Run, error: unknown): Promise<[BuildStatus]> {
  const phase = run.report.openPhase();
  const message = error instanceof Error ? error.message : String(error);
  if (phase !== undefined) {
    await run.report.endPhase(phase, 'FAULT', [
      { code: 'INTERNAL_ERROR', message: `the runner failed: ${message}` },
    ]);
  }
  return ['FAULT'];
}

async function runAll(run: Run): Promise<[BuildStatus, ZipSummary?]> {
  const prepared = await readSpec(run).catch(async (error: unknown) => {
    if (!(error instanceof BuildspecError)) throw error;
    await run.report.endPhase('DOWNLOAD_SOURCE', 'FAILED', [{ code: error.code, message: error.message }]);
  });
  if (prepared === undefined) return ['FAILED'];
  const { spec, shellPath } = prepared;
  const session = await openSession(run, spec, shellPath);
  let ended: [BuildStatus, NextPhase];
  try {
    await run.report.endPhase('DOWNLOAD_SOURCE', 'SUCCEEDED', []);
    ended = await runPhases(run, spec, session);
  } finally {
    // Also before the artifacts are packed: nothing may still write to them.
    await session.close();
  }
  const [status, next] = ended;
  return next === 'END' ? [status] : await upload(run, spec, status);
}

/** A runner of buildspecs on this machine, without a container: macOS and Linux. */
export function createRunner(options: RunnerOptions): RunBuild {
  return async (request, emit, signal) => {
    const limit = new AbortController();
    const over = new AbortController();
    options.clock.sleep(request.timeoutMs, over.signal).then(
      () => limit.abort(),
      () => {},
    );
    let cause: 'STOPPED' | 'TIMED_OUT' | undefined = signal.aborted ? 'STOPPED' : undefined;
    const note = (status: 'STOPPED' | 'TIMED_OUT') => (): void => {
      cause ??= status;
    };
    const stopped = note('STOPPED');
    signal.addEventListener('abort', stopped, { once: true });
    limit.signal.addEventListener('abort', note('TIMED_OUT'), { once: true });
    const run: Run = {
      options,
      request,
      report: createReport(emit, options.clock),
      signal: AbortSignal.any([signal, limit.signal]),
      interruption: () => cause,
    };
    try {
      const [status, artifact] = await runAll(run).catch((error: unknown) => fault(run, error));
      await emit({
        kind: 'ended',
        at: options.clock.now(),
        status,
        ...(artifact === undefined ? {} : { artifact }),
      });
    } finally {
      over.abort();
      signal.removeEventListener('abort', stopped);
    }
  };
}
