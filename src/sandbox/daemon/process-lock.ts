import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
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
      if (found !== 'broken' && (await stillRuns(found))) return { kind: 'held', holder: found };
      await removeStale(path, found, content.token);
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
 * Moves a dead process's lock aside. Somebody else may have done so first and taken the lock meanwhile: what was
 * moved is looked at again, and a live lock is put back.
 */
async function removeStale(path: string, stale: Content | 'broken', token: string): Promise<void> {
  const aside = `${path}.${token}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readLock(aside);
  const same = moved === 'broken' ? stale === 'broken' : stale !== 'broken' && moved?.token === stale.token;
  if (!same) await linked(aside, path);
  await rm(aside, { force: true });
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
