import { access, mkdir } from 'node:fs/promises';
import type { BuildStatus, PhaseContext } from '../domain/build.ts';
import type { Clock } from '../domain/clock.ts';
import { listArtifacts } from './artifact-files.ts';
import { type ArtifactsSpec, type Buildspec, commandPhases, parseBuildspec } from './buildspec.ts';
import { BuildspecError } from './buildspec-yaml.ts';
import { type PhaseEnd, runCommandPhase } from './command-phase.ts';
import { composeEnvironment, scratchPlaces } from './environment.ts';
import { locateBuildspec, readBuildspec } from './locate-buildspec.ts';
import { defaultGrace, type Grace } from './process-group.ts';
import { createReport, type Report } from './report.ts';
import { shellFiles, writeInitialState } from './shell-files.ts';
import { createShellSession, type ShellSession } from './shell-session.ts';
import { type NextPhase, nextPhase } from './transitions.ts';
import type { RunBuild, RunRequest } from './types.ts';
import { writeZip, type ZipSummary } from './zip-file.ts';

export type RunnerOptions = {
  clock: Clock;
  /** The running Node's executable; its folder leads the commands' PATH. */
  nodePath: string;
  platform: NodeJS.Platform;
  /** An unguessable word, once a build. */
  newToken: () => string;
  /** How long commands may take to end by themselves when they are told to. */
  grace?: Grace;
};

/** Why a run was cut short; undefined while it goes on. */
type Interruption = () => Extract<BuildStatus, 'STOPPED' | 'TIMED_OUT'> | undefined;

type Run = {
  options: RunnerOptions;
  request: RunRequest;
  report: Report;
  signal: AbortSignal;
  interruption: Interruption;
};

const failed = (code: string, message: string): PhaseEnd => ({
  status: 'FAILED',
  contexts: [{ code, message }],
});

/** How the phase that was cut short ends. The code of a time-out is from memory of CodeBuild. */
function cutShort(interruption: Interruption): PhaseEnd {
  const status = interruption() ?? 'STOPPED';
  const contexts: PhaseContext[] =
    status === 'TIMED_OUT' ? [{ code: 'BUILD_TIMED_OUT', message: 'Build has timed out. ' }] : [];
  return { status, contexts };
}

async function findShell(shell: Buildspec['shell']): Promise<string> {
  const places = shell === 'bash' ? ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'] : ['/bin/sh'];
  for (const path of places) {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new BuildspecError(`shell ${shell} is not installed on this machine`, 'CLIENT_ERROR');
}

/** The rest of DOWNLOAD_SOURCE: reads the buildspec and says what will run. */
async function readSpec({ request, report }: Run): Promise<{ spec: Buildspec; shellPath: string }> {
  const { sourceDir, scratchDir } = request;
  await report.container('Running on this machine');
  await report.container('Phase is DOWNLOAD_SOURCE');
  await report.container(`CODEBUILD_SRC_DIR=${sourceDir}`);
  const path = await locateBuildspec(request.buildspec, sourceDir, scratchDir);
  const text = await readBuildspec(path);
  await report.container(`YAML location is ${path}`);
  const spec = parseBuildspec(text);
  const shellPath = await findShell(spec.shell);
  await report.container('Processing environment variables');
  for (const note of spec.notes) await report.container(note);
  await report.container(`Moving to directory ${sourceDir}`);
  const found = commandPhases.filter((phase) => spec.phases[phase] !== undefined);
  await report.container(`Phases found in YAML: ${found.length}`);
  for (const phase of found) {
    await report.container(` ${phase}: ${spec.phases[phase]?.commands.length ?? 0} commands`);
  }
  return { spec, shellPath };
}

async function openSession(run: Run, spec: Buildspec, shellPath: string): Promise<ShellSession> {
  const { options, request, report } = run;
  const { homeDir, tempDir, shellDir } = scratchPlaces(request.scratchDir);
  for (const dir of [homeDir, tempDir, shellDir]) await mkdir(dir, { recursive: true, mode: 0o700 });
  const environment = composeEnvironment(
    { buildspec: spec.variables, request: request.variables, reserved: request.reserved },
    {
      platform: options.platform,
      nodePath: options.nodePath,
      sourceDir: request.sourceDir,
      homeDir,
      tempDir,
    },
  );
  const files = shellFiles(shellDir);
  await writeInitialState(files, environment);
  return createShellSession(
    {
      files,
      shellPath,
      cwd: request.sourceDir,
      marks: [`HOME=${homeDir}`, `TMPDIR=${tempDir}`],
      token: options.newToken(),
      clock: options.clock,
      platform: options.platform,
      grace: options.grace ?? defaultGrace,
      onLines: report.lines,
    },
    run.signal,
  );
}

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

async function packArtifacts(run: Run, spec: ArtifactsSpec): Promise<ZipSummary | PhaseEnd> {
  const { request, report, signal } = run;
  const listing = await listArtifacts(spec, request.sourceDir, signal);
  for (const line of listing.log) await report.container(line);
  if (listing.files.length === 0) return failed('CLIENT_ERROR', 'no matching artifact paths found');
  return writeZip(scratchPlaces(request.scratchDir).artifactFile, listing.files, {}, signal);
}

/** UPLOAD_ARTIFACTS up to the zip on disk. */
async function upload(run: Run, spec: Buildspec, status: BuildStatus): Promise<[BuildStatus, ZipSummary?]> {
  const phase = 'UPLOAD_ARTIFACTS';
  await run.report.startPhase(phase);
  let packed: ZipSummary | PhaseEnd | undefined;
  try {
    if (spec.artifacts !== undefined) packed = await packArtifacts(run, spec.artifacts);
  } catch (error) {
    packed = run.signal.aborted
      ? cutShort(run.interruption)
      : failed('CLIENT_ERROR', `cannot pack the artifacts: ${(error as Error).message}`);
  }
  if (packed !== undefined && 'status' in packed) {
    await run.report.endPhase(phase, packed.status, packed.contexts);
    return [packed.status === 'FAILED' && status !== 'SUCCEEDED' ? status : packed.status];
  }
  await run.report.endPhase(phase, 'SUCCEEDED', []);
  return packed === undefined ? [status] : [status, packed];
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
