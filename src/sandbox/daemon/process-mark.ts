import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** A running process told apart from a later one that got its number. */
export type ProcessIdentity = {
  pid: number;
  /** When it began, in whatever words the system has; `unknown` where it has none. */
  mark: string;
};

/** The process of this number as it is now; undefined where none runs. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const fromProc = await readProc(pid);
  if (fromProc !== 'no-proc') return fromProc === undefined ? undefined : { pid, mark: fromProc };
  if (!answers(pid)) return undefined;
  return { pid, mark: (await startFromPs(pid)) ?? 'unknown' };
}

/** Whether that very process still runs. */
export async function stillRuns(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid);
  if (now === undefined) return false;
  return now.mark === identity.mark || now.mark === 'unknown' || identity.mark === 'unknown';
}

/** Linux: boot and start time in clock ticks (proc(5), field 22). A zombie runs no more. */
async function readProc(pid: number): Promise<string | undefined | 'no-proc'> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  if (boot === undefined) return 'no-proc';
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name before the last parenthesis may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot.trim()} ${fields[19]}`;
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startFromPs(pid: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      '/bin/ps',
      ['-o', 'lstart=', '-p', String(pid)],
      { env: { LC_ALL: 'C', TZ: 'UTC' }, timeout: 5_000 },
      (error, stdout) => resolve(error === null && stdout.trim() !== '' ? stdout.trim() : undefined),
    );
  });
}
