import { type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import { cleanText } from './clean-text.ts';

/** How long another process is waited for, and how often it is looked at; ms. */
const patienceMs = 4_000;
const lookEveryMs = 50;

export type FileLockDeps = {
  clock: Clock;
  processes: { pid: number; alive(pid: number): boolean };
  /** An id nobody else has, `[A-Za-z0-9-]+`. */
  newId: () => string;
};

/**
 * Runs `task` while this process alone holds the file `path`. One that a dead process left is taken away.
 * Tasks of one process must take turns by themselves.
 * @throws AppError `conflict` where a living process does not let go of it.
 */
export async function withFileLock<T>(
  deps: FileLockDeps,
  path: string,
  signal: AbortSignal,
  task: () => Promise<T>,
): Promise<T> {
  const token = `${deps.processes.pid} ${deps.newId()}`;
  for (let waited = 0; !(await take(path, token)); waited += lookEveryMs) {
    signal.throwIfAborted();
    if (await freed(deps, path)) continue;
    if (waited >= patienceMs) {
      throw new AppError({
        kind: 'conflict',
        message: `Another ccwb-tui holds ${cleanText(path)}.`,
        hint: 'Wait for it to end; remove the file where none runs.',
      });
    }
    await deps.clock.sleep(lookEveryMs, signal);
  }
  try {
    return await task();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, token: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(token).finally(() => file.close());
    return true;
  } catch (error) {
    // Without a holder's name in it nobody would ever take it away.
    await rm(path, { force: true });
    throw error;
  }
}

/** Takes away what a dead process left. Put back where a living one was quicker in between. */
async function freed(deps: FileLockDeps, path: string): Promise<boolean> {
  const holder = await readFile(path, 'utf8').catch(() => '');
  const pid = Number(/^(\d+) /.exec(holder)?.[1]);
  // Without a number it is being written this very moment. One of our own number is a dead process', too: callers take
  // turns within theirs.
  if (!Number.isInteger(pid) || (pid !== deps.processes.pid && deps.processes.alive(pid))) return false;
  const aside = `${path}.${deps.newId()}`;
  try {
    await rename(path, aside);
    const taken = await readFile(aside, 'utf8');
    if (taken !== holder) await link(aside, path);
    return taken === holder;
  } catch {
    return false;
  } finally {
    await rm(aside, { force: true });
  }
}
