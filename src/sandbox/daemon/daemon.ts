import { AppError } from '../../domain/errors.ts';
import { createDaemonLog } from './daemon-log.ts';
import { type HostOptions, startHost } from './host.ts';
import { logFile, sandboxDir } from './places.ts';
import { ensurePrivateDir } from './private-dir.ts';

/** A sandbox that nobody uses ends itself after this long. */
export const idleMs = 30 * 60_000;

/** What a process started with {@link daemonArguments} is told. */
export function readDaemonArguments(args: readonly string[]): { dataDir: string } | undefined {
  const [flag, dataDir] = args;
  return flag === '--data-dir' && dataDir !== undefined && args.length === 2 ? { dataDir } : undefined;
}

export function daemonArguments(dataDir: string): string[] {
  return ['--data-dir', dataDir];
}

/** Where the events of the process come from; `process` itself but for tests. */
export type DaemonProcess = {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
};

/**
 * The whole life of a sandbox in the background, from its start to the exit code. Says what it has to say in its log.
 * Where another process serves the same data already it ends at once, with 0: whoever started it uses that one.
 */
export async function runDaemon(
  options: HostOptions & { process: DaemonProcess; idleMs?: number },
): Promise<number> {
  const dir = sandboxDir(options.dataDir);
  await ensurePrivateDir(dir);
  const log = createDaemonLog(logFile(dir), options.clock.now);
  // Builds that run matter more than the one request that went wrong.
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    options.process.on(event, (error) => log(`${event}: ${describe(error)}`));
  }
  const asked = Promise.withResolvers<void>();
  for (const name of ['SIGTERM', 'SIGINT']) options.process.on(name, () => asked.resolve());
  // The terminal it was started from may go.
  options.process.on('SIGHUP', () => {});
  try {
    const sandbox = await startHost({ ...options, log, idleMs: options.idleMs ?? idleMs });
    await Promise.race([asked.promise, sandbox.ended]);
    await sandbox.close();
    return 0;
  } catch (error) {
    log(`${startFailure}${error instanceof AppError ? error.message : describe(error)}`);
    return error instanceof AppError && error.kind === 'conflict' ? 0 : 1;
  }
}

/** Begins the log line that says why a sandbox did not start. */
export const startFailure = 'cannot start: ';

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
