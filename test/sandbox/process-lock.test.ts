import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquireLock, lockHolder } from '../../src/sandbox/daemon/process-lock.ts';
import { identify, stillRuns } from '../../src/sandbox/daemon/process-mark.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-lock-'));
  path = join(dir, 'lock');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A process of this number and start, and that it is over. */
async function deadProcess() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  const identity = await identify(child.pid ?? 0);
  const exited = once(child, 'exit');
  child.stdin.end();
  await exited;
  return identity ?? { pid: 0, mark: '' };
}

it('is held by one, and free again after it is released', async () => {
  const first = await acquireLock(path);
  expect(first.kind).toBe('acquired');
  expect(await acquireLock(path)).toMatchObject({ kind: 'held', holder: { pid: process.pid } });
  expect((await lockHolder(path))?.pid).toBe(process.pid);
  if (first.kind === 'acquired') await first.lock.release();
  expect(await lockHolder(path)).toBeUndefined();
  expect((await acquireLock(path)).kind).toBe('acquired');
});

it('goes to one of many who come together, and leaves nothing beside it', async () => {
  const attempts = await Promise.all(Array.from({ length: 20 }, () => acquireLock(path)));
  expect(attempts.filter((attempt) => attempt.kind === 'acquired')).toHaveLength(1);
  expect(await readdir(dir)).toEqual(['lock']);
});

it('is taken over from a process that has crashed, by one of many', async () => {
  await writeFile(path, JSON.stringify({ ...(await deadProcess()), token: 'old' }));
  expect(await lockHolder(path)).toBeUndefined();
  const attempts = await Promise.all(Array.from({ length: 20 }, () => acquireLock(path)));
  expect(attempts.filter((attempt) => attempt.kind === 'acquired')).toHaveLength(1);
  expect(await readdir(dir)).toEqual(['lock']);
});

it('is taken over where the number belongs to another process by now', async () => {
  await writeFile(path, JSON.stringify({ pid: process.pid, mark: 'another start', token: 'old' }));
  expect(await lockHolder(path)).toBeUndefined();
  expect((await acquireLock(path)).kind).toBe('acquired');
});

it.each(['', '{', '{"pid":"x"}', '[]'])('is taken over where it holds %j', async (content) => {
  await writeFile(path, content);
  expect((await acquireLock(path)).kind).toBe('acquired');
});

it('released late, it leaves the next holder’s lock alone', async () => {
  const first = await acquireLock(path);
  await rm(path);
  const second = await acquireLock(path);
  if (first.kind === 'acquired') await first.lock.release();
  expect(second.kind).toBe('acquired');
  expect((await lockHolder(path))?.pid).toBe(process.pid);
});

it('tells a running process from one that ended', async () => {
  const self = await identify(process.pid);
  expect(self?.mark).toBeTruthy();
  expect(await stillRuns(self ?? { pid: 0, mark: '' })).toBe(true);
  expect(await stillRuns(await deadProcess())).toBe(false);
  for (const pid of [0, -1, 1.5, Number.NaN]) expect(await identify(pid)).toBeUndefined();
});
