import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { diskFailure } from '../../../src/services/distributions/disk-failure.ts';
import { createWorkFolder } from '../../../src/services/distributions/work-folder.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-disk-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

const errno = (code: string, syscall: string) =>
  Object.assign(new Error(`${code}: no`), { code, syscall, path: '/tmp/x' });

describe('a failing disk', () => {
  it('is told in words, with the path and what to do', () => {
    expect(diskFailure(errno('ENOSPC', 'write'))).toMatchObject({
      kind: 'failed',
      message: 'The temporary files cannot be written: the disk is full (/tmp/x).',
      hint: expect.stringContaining('TMPDIR'),
    });
  });

  it('is not what a socket or a program error is', () => {
    for (const error of [
      errno('EACCES', 'connect'),
      errno('ENOENT', 'open'),
      new Error('x'),
      'x',
      undefined,
    ]) {
      expect(diskFailure(error)).toBe(error);
    }
    const known = new AppError({ kind: 'usage', message: 'x' });
    expect(diskFailure(known)).toBe(known);
  });

  it('is met where the temporary folder cannot be made', async () => {
    await writeFile(join(dir, 'file'), '');
    const folder = createWorkFolder(join(dir, 'file/below'), { pid: 1, alive: () => true });
    await expect(folder).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('lies below a file'),
    });
  });
});
