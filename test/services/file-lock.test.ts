import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from '../../src/services/file-lock.ts';
import { diskError, watchFiles } from '../support/file-faults.ts';
import { createQuickClock } from './distributions/quick-clock.ts';

let dir: string;
const signal = new AbortController().signal;
const livingPid = 4_000_002;
const otherPid = 4_000_003;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-lock-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

let ids = 0;
const deps = (pid: number) => ({
  clock: createQuickClock(0),
  processes: { pid, alive: (other: number) => other === livingPid || other === otherPid },
  newId: () => {
    ids += 1;
    return `id-${ids}`;
  },
});

const path = () => join(dir, 'x.lock');

describe('the lock of a file', () => {
  it('lets one process after the other in, and leaves nothing behind', async () => {
    const order: string[] = [];
    const task = (name: string) => async () => {
      order.push(`${name} in`);
      await new Promise(setImmediate);
      order.push(`${name} out`);
    };
    await Promise.all([
      withFileLock(deps(livingPid), path(), signal, task('a')),
      withFileLock(deps(otherPid), path(), signal, task('b')),
    ]);
    expect(order.filter((_, index) => index % 2 === 0).map((it) => it.replace(' in', ' out'))).toEqual(
      order.filter((_, index) => index % 2 === 1),
    );
    expect(await readdir(dir)).toEqual([]);
  });

  it('is taken from a dead process and from one that had our number', async () => {
    for (const holder of ['99 dead', '1 dead']) {
      await writeFile(path(), holder);
      expect(await withFileLock(deps(1), path(), signal, async () => 'done')).toBe('done');
    }
    expect(await readdir(dir)).toEqual([]);
  });

  it('of a living process is waited for, then named', async () => {
    await writeFile(path(), `${livingPid} x`);
    await expect(withFileLock(deps(1), path(), signal, async () => 'done')).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(path()),
    });
    expect(await readdir(dir)).toEqual(['x.lock']);
  });

  it('is not left behind, held by nobody, where the disk is full', async () => {
    const faults = watchFiles(await realpath(dir));
    try {
      faults.choose((operation) =>
        operation.name === 'writeFile' ? diskError('ENOSPC', operation) : undefined,
      );
      const real = join(await realpath(dir), 'x.lock');
      await expect(withFileLock(deps(1), real, signal, async () => 'done')).rejects.toThrow('ENOSPC');
    } finally {
      faults.restore();
    }
    expect(await readdir(dir)).toEqual([]);
  });

  it('is left when the task fails, and not waited for after an abort', async () => {
    await expect(
      withFileLock(deps(1), path(), signal, () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
    expect(await readdir(dir)).toEqual([]);
    await writeFile(path(), `${livingPid} x`);
    const aborted = AbortSignal.abort();
    await expect(withFileLock(deps(1), path(), aborted, async () => 1)).rejects.toThrow();
  });
});
