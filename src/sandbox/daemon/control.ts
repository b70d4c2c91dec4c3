import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { SandboxControl, SandboxInfo } from '../../domain/ports/sandbox.ts';
import { sanitiseText } from '../../domain/sanitise.ts';
import { sandboxAccount } from '../account.ts';
import { checkSource } from '../source.ts';
import { infoOf, type SandboxStatus } from './control-service.ts';
import { endHolder } from './end-holder.ts';
import { findSandbox } from './find-sandbox.ts';
import { type HostOptions, startHost } from './host.ts';
import { forgotten, lockFile, sandboxDir } from './places.ts';
import { acquireLock, lockHolder } from './process-lock.ts';
import { type ClientDeps, changeSource } from './sandbox-client.ts';
import { loadSecret, type SandboxSecret } from './secret.ts';
import { type DaemonCommand, type StartedDaemon, startDaemon } from './start-daemon.ts';

export type ControlOptions = HostOptions & {
  /** Arguments that make {@link HostOptions.nodePath} run `runDaemon`; the data folder is added. */
  daemonArgv: readonly string[];
  env: DaemonCommand['env'];
  /** Told what the user should know, one sentence: that the port had to change. */
  notify?: (message: string) => void;
  /** For tests: another way to start a daemon. */
  start?: (command: DaemonCommand) => StartedDaemon;
};

/** A sandbox may take this long to come up on a busy machine. */
const startMs = 60_000;
/** One that takes connections and says nothing is asked this often before it is called frozen. */
const silentProbes = 3;
const maxStarts = 3;

/** Starts, finds, stops and resets the sandbox of a data folder. */
export function createSandboxControl(options: ControlOptions): SandboxControl {
  const { clock } = options;
  const dir = sandboxDir(options.dataDir);
  const account = sandboxAccount({ dir, platform: options.platform, arch: options.arch });
  const deps: ClientDeps = { clock, region: account.region };
  const start = options.start ?? startDaemon;

  const ensureRunning = async (signal: AbortSignal): Promise<[SandboxSecret, SandboxStatus]> => {
    const deadline = clock.now() + startMs;
    let started: StartedDaemon | undefined;
    let starts = 0;
    let silent = 0;
    for (let waitMs = 25; ; waitMs = Math.min(waitMs * 1.5, 1_000)) {
      const secret = await loadSecret(dir);
      const found = await findSandbox(dir, secret, deps, signal);
      if (found.kind === 'running') {
        const { status } = found;
        if (status.version === options.version || status.running > 0) {
          if (started !== undefined && status.notice !== undefined) options.notify?.(status.notice);
          return [secret, status];
        }
        // Another version of the program left it behind, and nobody waits for it.
        await endHolder(dir, secret, deps, signal);
        continue;
      }
      const holder = await lockHolder(lockFile(dir));
      silent = holder !== undefined && found.kind === 'silent' ? silent + 1 : 0;
      if (holder !== undefined && silent >= silentProbes) throw frozen(holder.pid);
      if (holder === undefined && (started === undefined || started.over())) {
        if (starts === maxStarts) throw notStarted(started?.reason());
        starts += 1;
        started = start({
          execPath: options.nodePath,
          argv: options.daemonArgv,
          env: options.env,
          dataDir: options.dataDir,
        });
      }
      if (clock.now() >= deadline) throw notStarted(started?.reason());
      await clock.sleep(waitMs, signal);
    }
  };

  const stop = async (signal: AbortSignal): Promise<boolean> => {
    const secret = await loadSecret(dir);
    return endHolder(dir, secret, deps, signal);
  };

  return {
    ensure: async ({ source }, signal) => {
      if (typeof source === 'string') await checkSource(source);
      const [secret, status] = await ensureRunning(signal);
      if (source === undefined || source === status.source) return infoOf(status, secret);
      return infoOf(await changeSource(status.port, secret, source, deps, signal), secret);
    },

    status: async (signal): Promise<SandboxInfo | undefined> => {
      const secret = await loadSecret(dir);
      const found = await findSandbox(dir, secret, deps, signal);
      if (found.kind === 'running') return infoOf(found.status, secret);
      const holder = found.kind === 'silent' ? await lockHolder(lockFile(dir)) : undefined;
      if (holder !== undefined) throw frozen(holder.pid);
      return undefined;
    },

    stop,

    reset: async (signal) => {
      await stop(signal);
      const attempt = await acquireLock(lockFile(dir));
      if (attempt.kind === 'held') throw startedAgain(attempt.holder.pid);
      try {
        for (const name of forgotten) await rm(join(dir, name), { recursive: true, force: true });
      } finally {
        await attempt.lock.release();
      }
    },

    serve: async ({ port, source }, signal, ready) => {
      signal.throwIfAborted();
      const sandbox = await startHost({
        ...options,
        ...(port === undefined ? {} : { port }),
        ...(source === undefined ? {} : { source }),
      });
      const close = () => void sandbox.close();
      signal.addEventListener('abort', close, { once: true });
      if (signal.aborted) close();
      else ready(sandbox.info);
      await sandbox.ended;
      signal.removeEventListener('abort', close);
    },
  };
}

function frozen(pid: number): AppError {
  return new AppError({
    kind: 'unavailable',
    message: `The sandbox (process ${pid}) does not answer.`,
    hint: `If it is suspended, wake it with \`kill -CONT ${pid}\`; \`ccwb-tui sandbox stop\` ends it.`,
    retryable: true,
  });
}

function notStarted(reason: string | undefined): AppError {
  return new AppError({
    kind: 'unavailable',
    message: `The sandbox did not start${reason === undefined ? '.' : `: ${sanitiseText(reason)}`}`,
    hint: 'Run `ccwb-tui sandbox serve` to see it start.',
  });
}

function startedAgain(pid: number): AppError {
  return new AppError({
    kind: 'conflict',
    message: `Another program has started the sandbox again (process ${pid}).`,
    hint: 'Leave that program first.',
  });
}
