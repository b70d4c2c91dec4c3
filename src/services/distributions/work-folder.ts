import { lstat, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Processes } from './deps.ts';
import { onDisk } from './disk-failure.ts';
import { journalName, type RunJournal, readJournal } from './journal.ts';

const prefix = 'ccwb-tui-ship-';

/** Folders of this very process that a run still works in. Their names are unique on the machine. */
const inUse = new Set<string>();

/** A private temporary folder (0700) of one run. */
export type WorkFolder = {
  path: string;
  /** A path in it that nothing else has. */
  file(): string;
  /** On the disk before it returns: it must outlive a crash. */
  writeJournal(journal: RunJournal): Promise<void>;
  remove(): Promise<void>;
  /** The run is over: what is still there may be finished or swept by the next one. */
  release(): void;
};

export async function createWorkFolder(tempDir: string, processes: Processes): Promise<WorkFolder> {
  const path = await onDisk(() => newFolder(tempDir, processes));
  inUse.add(path);
  return workIn(path);
}

async function newFolder(tempDir: string, processes: Processes): Promise<string> {
  await mkdir(tempDir, { recursive: true, mode: 0o700 });
  return mkdtemp(join(tempDir, `${prefix}${processes.pid}-`));
}

function workIn(path: string): WorkFolder {
  let files = 0;
  return {
    path,
    file: () => {
      files += 1;
      return join(path, `f${files}`);
    },
    writeJournal: (journal) => onDisk(() => writeDurably(join(path, journalName), JSON.stringify(journal))),
    remove: () => rm(path, { recursive: true, force: true }),
    release: () => void inUse.delete(path),
  };
}

/** Whole or not at all, and on the disk before it returns. */
async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/** A folder of a run that is over. `id`: its name. */
export type Leftover = { id: string; path: string; journal?: RunJournal };

/** Folders of runs that are over, most often because their process is gone. Somebody else's in a shared temporary folder are left alone. */
export async function findLeftovers(tempDir: string, processes: Processes): Promise<Leftover[]> {
  const names = await readdir(tempDir).catch(() => []);
  const found: Leftover[] = [];
  for (const id of names) {
    const pid = Number(/^ccwb-tui-ship-(\d+)-/.exec(id)?.[1]);
    const path = join(tempDir, id);
    const isAtWork = pid === processes.pid ? inUse.has(path) : processes.alive(pid);
    if (!Number.isInteger(pid) || isAtWork) continue;
    if (!(await isOurs(path))) continue;
    const journal = await readJournal(path);
    found.push(journal ? { id, path, journal } : { id, path });
  }
  return found;
}

/**
 * Makes a leftover the folder of a run of this process. Renaming decides between two that want it at once.
 * @returns undefined where it is gone: somebody else has it.
 */
export async function adoptLeftover(
  leftover: Leftover,
  tempDir: string,
  processes: Processes,
): Promise<WorkFolder | undefined> {
  const path = await onDisk(() => newFolder(tempDir, processes));
  inUse.add(path);
  try {
    // Onto the empty folder just made, whose name nobody else has.
    await rename(leftover.path, path);
    return workIn(path);
  } catch (error) {
    inUse.delete(path);
    await rm(path, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function removeLeftover(leftover: Pick<Leftover, 'path'>): Promise<void> {
  await rm(leftover.path, { recursive: true, force: true });
}

async function isOurs(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => undefined);
  return info?.isDirectory() === true && (process.getuid === undefined || info.uid === process.getuid());
}
