import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { identify, type ProcessIdentity, stillRuns } from './process-mark.ts';

/** A lock that only one running process holds; a crash leaves it behind, and the next one takes it over. */
export type ProcessLock = { release(): Promise<void> };

export type LockAttempt = { kind: 'acquired'; lock: ProcessLock } | { kind: 'held'; holder: ProcessIdentity };

const schema = v.object({ pid: v.number(), mark: v.string(), token: v.string() });
type Content = v.InferOutput<typeof schema>;

/** Takes the lock at `path`, or says which running process has it. */
export async function acquireLock(path: string): Promise<LockAttempt> {
  const self = await identify(process.pid);
  const content: Content = {
    pid: process.pid,
    mark: self?.mark ?? 'unknown',
    token: randomBytes(12).toString('hex'),
  };
  const draft = `${path}.${content.token}.tmp`;
  await writeFile(draft, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
  try {
    for (;;) {
      // Made by a hard link, the lock is never seen half written.
      if (await linked(draft, path))
        return { kind: 'acquired', lock: { release: () => release(path, content) } };
      const found = await readLock(path);
      if (found === undefined) continue;
      if (found !== 'broken' && (await isLive(found))) return { kind: 'held', holder: found };
      await removeStale(path, found, draft);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** The running process that holds the lock; undefined where none does. */
export async function lockHolder(path: string): Promise<ProcessIdentity | undefined> {
  const found = await readLock(path);
  return found !== undefined && found !== 'broken' && (await stillRuns(found)) ? found : undefined;
}

async function release(path: string, content: Content): Promise<void> {
  const found = await readLock(path);
  if (found !== undefined && found !== 'broken' && found.token === content.token)
    await rm(path, { force: true });
}

/**
 * Removes a dead process's lock. Only one at a time may, and looks at it again first: a slow one would else remove
 * the lock of whoever was quicker.
 */
async function removeStale(path: string, stale: Content | 'broken', draft: string): Promise<void> {
  const turn = `${path}.turn`;
  if (!(await linked(draft, turn))) {
    const other = await readLock(turn);
    // Whoever had the turn crashed within it.
    if (other !== undefined && !(await isLive(other))) await rm(turn, { force: true });
    else await setImmediate();
    return;
  }
  try {
    const found = await readLock(path);
    if (found !== undefined && tokenOf(found) === tokenOf(stale)) await rm(path, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

async function isLive(found: Content | 'broken'): Promise<boolean> {
  return found !== 'broken' && (await stillRuns(found));
}

function tokenOf(found: Content | 'broken'): string {
  return found === 'broken' ? found : found.token;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readLock(path: string): Promise<Content | 'broken' | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : 'broken';
  } catch {
    return 'broken';
  }
}
