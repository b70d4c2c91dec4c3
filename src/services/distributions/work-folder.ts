import { lstat, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Processes } from './deps.ts';
import { onDisk } from './disk-failure.ts';

const prefix = 'ccwb-tui-ship-';
const journalName = 'upload.json';

/**
 * What a run has put, or is about to put, into the bucket; on disk before the first byte goes out, so that the next
 * run can tidy up after one that was killed. `recording`: the record may point to it from now on, so it stays.
 */
export type UploadJournal = {
  region: string;
  bucket: string;
  key: string;
  /** Stands in the object's metadata: tells our version from another administrator's under the same key. */
  runId: string;
  state: 'uploading' | 'recording';
  /** The statement in the bucket's policy that is the run's, from before it is written on. */
  policySid?: string;
};

/** Folders of this very process that a run still works in. Their names are unique on the machine. */
const inUse = new Set<string>();

/** A private temporary folder (0700) of one run. */
export type WorkFolder = {
  path: string;
  /** A path in it that nothing else has. */
  file(): string;
  writeJournal(journal: UploadJournal): Promise<void>;
  remove(): Promise<void>;
  /** The run is over: what is still there may be swept by the next one. */
  release(): void;
};

export async function createWorkFolder(tempDir: string, processes: Processes): Promise<WorkFolder> {
  const path = await onDisk(async () => {
    await mkdir(tempDir, { recursive: true, mode: 0o700 });
    return mkdtemp(join(tempDir, `${prefix}${processes.pid}-`));
  });
  inUse.add(path);
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

/** Whole or not at all, and on the disk before it returns: it must outlive a crash. */
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

export type Leftover = { path: string; journal?: UploadJournal };

/** Folders of runs that are over, most often because their process is gone. Somebody else's in a shared temporary folder are left alone. */
export async function findLeftovers(tempDir: string, processes: Processes): Promise<Leftover[]> {
  const names = await readdir(tempDir).catch(() => []);
  const found: Leftover[] = [];
  for (const name of names) {
    const pid = Number(/^ccwb-tui-ship-(\d+)-/.exec(name)?.[1]);
    const path = join(tempDir, name);
    const isAtWork = pid === processes.pid ? inUse.has(path) : processes.alive(pid);
    if (!Number.isInteger(pid) || isAtWork) continue;
    if (!(await isOurs(path))) continue;
    const journal = await readJournal(path);
    found.push(journal ? { path, journal } : { path });
  }
  return found;
}

export async function removeLeftover(leftover: Leftover): Promise<void> {
  await rm(leftover.path, { recursive: true, force: true });
}

async function isOurs(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => undefined);
  return info?.isDirectory() === true && (process.getuid === undefined || info.uid === process.getuid());
}

async function readJournal(path: string): Promise<UploadJournal | undefined> {
  try {
    const value = JSON.parse(await readFile(join(path, journalName), 'utf8')) as Record<string, unknown>;
    const { region, bucket, key, runId, state, policySid } = value;
    const texts = [region, bucket, key, runId];
    if (
      !texts.every((text) => typeof text === 'string') ||
      (state !== 'uploading' && state !== 'recording')
    ) {
      return undefined;
    }
    const journal = { region, bucket, key, runId, state } as UploadJournal;
    return typeof policySid === 'string' ? { ...journal, policySid } : journal;
  } catch {
    return undefined;
  }
}
