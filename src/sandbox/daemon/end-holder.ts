import type { Clock } from '../../domain/clock.ts';
import { AppError } from '../../domain/errors.ts';
import { findSandbox } from './find-sandbox.ts';
import { lockFile } from './places.ts';
import { lockHolder } from './process-lock.ts';
import { type ProcessIdentity, stillRuns } from './process-mark.ts';
import { askToStop, type ClientDeps } from './sandbox-client.ts';
import type { SandboxSecret } from './secret.ts';

/** Builds get time to end their commands; then the process is told, then it is made to. */
const askedMs = 20_000;
const toldMs = 10_000;
const killedMs = 5_000;

/**
 * Ends the sandbox that holds the lock and waits until it is gone: by request, or where it does not answer by signals
 * to that very process. False where none runs.
 * @throws AppError where it cannot be ended.
 */
export async function endHolder(
  dir: string,
  secret: SandboxSecret,
  deps: ClientDeps,
  signal: AbortSignal,
): Promise<boolean> {
  const holder = await lockHolder(lockFile(dir));
  if (holder === undefined) return false;
  const found = await findSandbox(dir, secret, deps, signal).catch((error: unknown) => {
    // A version we do not understand still ends by a signal.
    if (error instanceof AppError) return undefined;
    throw error;
  });
  if (found?.kind === 'running') {
    await askToStop(found.status.port, secret, deps, signal).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    });
    if (await gone(dir, holder, askedMs, deps.clock, signal)) return true;
  }
  // This very process serves: a signal would end the one who asks.
  if (holder.pid === process.pid) throw cannotEnd(holder.pid);
  send(holder.pid, 'SIGCONT');
  send(holder.pid, 'SIGTERM');
  if (await gone(dir, holder, toldMs, deps.clock, signal)) return true;
  if (await stillRuns(holder)) send(holder.pid, 'SIGKILL');
  if (await gone(dir, holder, killedMs, deps.clock, signal)) return true;
  throw cannotEnd(holder.pid);
}

/** Whether that process gives the lock up, by itself or by ending, before the time is over. */
async function gone(
  dir: string,
  holder: ProcessIdentity,
  limitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const deadline = clock.now() + limitMs;
  for (let waitMs = 20; ; waitMs = Math.min(waitMs * 1.5, 500)) {
    const now = await lockHolder(lockFile(dir));
    if (now === undefined || now.pid !== holder.pid || now.mark !== holder.mark) return true;
    if (clock.now() >= deadline) return false;
    await clock.sleep(waitMs, signal);
  }
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile, or it is somebody else's: what follows tells.
  }
}

function cannotEnd(pid: number): AppError {
  return new AppError({
    kind: 'failed',
    message: `The sandbox (process ${pid}) does not end.`,
    hint: `End it with: kill -9 ${pid}`,
  });
}
