import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** CPU that a process has used so far, in ms: all its threads, as the scheduler counted them. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return nanoseconds / 1e6;
}

/** Resident memory in MB (10^6 bytes). */
export function rssMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kib) * 1024) / 1e6;
}

/** Whether the process still runs: it is there, and not merely unwaited for. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Version of a peer; undefined where it is not installed. */
export function versionOf(command: string): string | undefined {
  const asked = spawnSync(command, ['--version'], { encoding: 'utf8' });
  if (asked.status !== 0) return undefined;
  return (/\d+(\.\d+)+/.exec(asked.stdout) ?? /\d+/.exec(asked.stdout))?.[0] ?? '';
}

/** Runs a program to its end and answers what it took, in ms. */
export function timeOf(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): number {
  const from = performance.now();
  execFileSync(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64e6,
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...(options.env ? { env: options.env } : {}),
  });
  return performance.now() - from;
}
