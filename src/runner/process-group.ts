import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { sep } from 'node:path';
import type { Clock } from '../domain/clock.ts';

/** How long a group may take to end by itself after SIGTERM, and how often we look. Milliseconds. */
export type Grace = { graceMs: number; pollMs: number };

export const defaultGrace: Grace = { graceMs: 5_000, pollMs: 25 };

/** Sends a signal to every process of a group; false where none is left. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    // ESRCH: nobody there. EPERM: on macOS only zombies are left; elsewhere they are no longer ours to end.
    return false;
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone since it was listed.
  }
}

function readProc(pid: string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // Gone, or not ours.
  }
}

type ProcessEntry = { pid: string; state: string; group: number; hasTerminal: boolean };

function listProcesses(): ProcessEntry[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names.flatMap((pid) => {
    const stat = /^\d+$/.test(pid) ? readProc(pid, 'stat') : undefined;
    // The name in parentheses may hold anything: fields count from the last one.
    const [state, , group, , terminal] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    if (state === undefined || group === undefined) return [];
    return [{ pid, state, group: Number(group), hasTerminal: terminal !== '0' }];
  });
}

/**
 * Whether a group holds a process that still runs. A container without an init keeps zombies for ever, and kill(2)
 * counts them: on Linux their state is looked up.
 */
export function groupRuns(group: number, platform: NodeJS.Platform): boolean {
  if (!signalGroup(group, 0)) return false;
  if (platform !== 'linux') return true;
  return listProcesses().some((entry) => entry.group === group && entry.state !== 'Z' && entry.state !== 'X');
}

/** Waits until `runs` says no, for as long as the grace allows; true where it did. */
async function waitForEnd(runs: () => boolean, clock: Clock, grace: Grace): Promise<boolean> {
  for (let waited = 0; waited < grace.graceMs; waited += grace.pollMs) {
    if (!runs()) return true;
    await clock.sleep(grace.pollMs);
  }
  return !runs();
}

/** How groups and processes are looked at and waited for. */
export type Ending = { clock: Clock; platform: NodeJS.Platform; grace: Grace };

/** SIGTERM to the group, SIGKILL to what is left of it after the grace. Resolves when it is gone. */
export async function endGroup(group: number, { clock, platform, grace }: Ending): Promise<void> {
  if (!signalGroup(group, 'SIGTERM')) return;
  // A stopped process takes no SIGTERM before it goes on.
  signalGroup(group, 'SIGCONT');
  const runs = (): boolean => groupRuns(group, platform);
  if (await waitForEnd(runs, clock, grace)) return;
  signalGroup(group, 'SIGKILL');
  await waitForEnd(runs, clock, grace);
}

function carries(pid: string, marks: readonly string[]): boolean {
  const entries = readProc(pid, 'environ')?.split('\0') ?? [];
  return marks.some((mark) => entries.includes(mark));
}

function isWithin(pid: string, folders: readonly string[]): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return folders.some((folder) => cwd === folder || cwd.startsWith(folder + sep));
  } catch {
    return false; // Gone, or not ours.
  }
}

/** What tells that a process is a build's. */
export type Traces = {
  /** Entries (`NAME=value`) that only this build's environment holds; one of them is enough. */
  marks: readonly string[];
  /** Folders of this build, as the system spells them: for processes whose environment was emptied. */
  folders: readonly string[];
};

/**
 * Ends what left the group (a daemon in a session of its own) but was started with this build's environment, or works
 * in its folders and has no terminal: a shell in which somebody looks around there is no build's.
 * Only Linux tells us; elsewhere such processes live on.
 * @param group is left alone: {@link endGroup} gives it time
 */
export async function endStragglers(
  { marks, folders }: Traces,
  group: number | undefined,
  { platform, clock, grace }: Ending,
): Promise<void> {
  if (platform !== 'linux') return;
  const own = String(process.pid);
  const find = (): ProcessEntry[] =>
    listProcesses().filter(
      ({ pid, group: its, state, hasTerminal }) =>
        pid !== own &&
        its !== group &&
        state !== 'Z' &&
        (carries(pid, marks) || (!hasTerminal && isWithin(pid, folders))),
    );
  const found = find();
  for (const { pid } of found) signalProcess(Number(pid), 'SIGKILL');
  if (found.length > 0) await waitForEnd(() => find().length > 0, clock, grace);
}
