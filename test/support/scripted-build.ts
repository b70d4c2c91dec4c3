import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildStatus, PhaseContext } from '../../src/domain/build.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { containerLine } from '../../src/runner/container-line.ts';
import type { EmitRunEvent, RunBuild, RunRequest } from '../../src/runner/types.ts';
import { writeZip } from '../../src/runner/zip-file.ts';

/** One moment of a scripted build, `after` milliseconds behind the one before. */
export type ScriptStep = { after?: number } & (
  | { print: readonly string[] }
  /** One of CodeBuild's own lines; it gets its prefix and the time. */
  | { say: string }
  | { begin: string }
  /** Absent status: SUCCEEDED. CodeBuild's closing lines are printed. */
  | { end: string; status?: BuildStatus; contexts?: readonly PhaseContext[] }
);

export type BuildScript = {
  /** From the rest of DOWNLOAD_SOURCE to UPLOAD_ARTIFACTS. */
  steps: () => Iterable<ScriptStep>;
  status: BuildStatus;
  /** Files of the artifact by name; absent: no artifact. */
  artifact?: Readonly<Record<string, string | Buffer>>;
};

/**
 * A runner that plays a script against a clock instead of running anything. Like the real one it ends with STOPPED
 * when aborted and with TIMED_OUT when the request's time is over, and waits for its sink.
 * @param choose the script of a build, by what it is asked to run: several kinds of builds in one sandbox.
 */
export function scriptedBuilds(clock: Clock, choose: (request: RunRequest) => BuildScript): RunBuild {
  return async (request, emit, signal) => {
    const script = choose(request);
    const deadline = clock.now() + request.timeoutMs;
    let phase = 'DOWNLOAD_SOURCE';
    const cut = async (status: 'STOPPED' | 'TIMED_OUT'): Promise<void> => {
      const contexts =
        status === 'TIMED_OUT' ? [{ code: 'BUILD_TIMED_OUT', message: 'Build has timed out. ' }] : [];
      await endPhase(clock, emit, phase, status, contexts);
      await emit({ kind: 'ended', at: clock.now(), status });
    };
    for (const step of script.steps()) {
      const wait = Math.min(step.after ?? 0, deadline - clock.now());
      if (wait > 0) await clock.sleep(wait, signal).catch(() => {});
      if (signal.aborted) return cut('STOPPED');
      if (clock.now() >= deadline) return cut('TIMED_OUT');
      if ('print' in step) await emit({ kind: 'log', at: clock.now(), lines: [...step.print] });
      else if ('say' in step) await say(clock, emit, step.say);
      else if ('begin' in step) {
        phase = step.begin;
        await emit({ kind: 'phase-started', at: clock.now(), phase });
        await say(clock, emit, `Entering phase ${phase}`);
      } else {
        await endPhase(clock, emit, step.end, step.status ?? 'SUCCEEDED', [...(step.contexts ?? [])]);
      }
    }
    const artifact = script.artifact && (await pack(script.artifact, request, signal));
    await emit({
      kind: 'ended',
      at: clock.now(),
      status: script.status,
      ...(artifact === undefined ? {} : { artifact }),
    });
  };
}

/** A runner whose every build plays the same script. */
export function scriptedBuild(clock: Clock, script: BuildScript): RunBuild {
  return scriptedBuilds(clock, () => script);
}

async function say(clock: Clock, emit: EmitRunEvent, text: string): Promise<void> {
  await emit({ kind: 'log', at: clock.now(), lines: containerLine(clock.now(), text).split('\n') });
}

async function endPhase(
  clock: Clock,
  emit: EmitRunEvent,
  phase: string,
  status: BuildStatus,
  contexts: PhaseContext[],
): Promise<void> {
  await say(clock, emit, `Phase complete: ${phase} State: ${status}`);
  const { code, message } = contexts[0] ?? { code: '', message: '' };
  await say(clock, emit, `Phase context status code: ${code} Message: ${message}`);
  await emit({ kind: 'phase-ended', at: clock.now(), phase, status, contexts });
}

async function pack(
  files: Readonly<Record<string, string | Buffer>>,
  request: RunRequest,
  signal: AbortSignal,
) {
  const dir = join(request.scratchDir, 'artifact');
  await mkdir(dir, { recursive: true });
  const entries = Object.keys(files).map((name) => ({ name, path: join(dir, name) }));
  await Promise.all(entries.map(({ name, path }) => writeFile(path, files[name] ?? '', { mode: 0o755 })));
  return writeZip(join(request.scratchDir, 'artifact.zip'), entries, { fixedTime: new Date(0) }, signal);
}
