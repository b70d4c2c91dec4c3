import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogFiles } from '../../src/services/log-files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-log-'));
  await mkdir(join(dir, 'home'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const files = () => createLogFiles({ cwd: dir, home: join(dir, 'home') });
const never = new AbortController().signal;
const lines = ['one\n', 'two\n'];

describe('saving a log', () => {
  it('writes a file for the user alone, from where the program was started or from home', async () => {
    expect(await files().save('a.log', lines, { overwrite: false }, never)).toEqual({
      path: join(dir, 'a.log'),
      bytes: 8,
    });
    expect(await readFile(join(dir, 'a.log'), 'utf8')).toBe('one\ntwo\n');
    expect((await stat(join(dir, 'a.log'))).mode & 0o777).toBe(0o600);
    await files().save('~/b.log', lines, { overwrite: false }, never);
    expect(await readdir(join(dir, 'home'))).toEqual(['b.log']);
    expect(await readdir(dir)).toEqual(['a.log', 'home']);
  });

  it('leaves a file that is there as it is, unless it may replace it', async () => {
    await writeFile(join(dir, 'a.log'), 'mine');
    expect(await files().save('a.log', lines, { overwrite: false }, never)).toBe('exists');
    expect(await readFile(join(dir, 'a.log'), 'utf8')).toBe('mine');
    await files().save('a.log', lines, { overwrite: true }, never);
    expect(await readFile(join(dir, 'a.log'), 'utf8')).toBe('one\ntwo\n');
    expect(await readdir(dir)).toEqual(['a.log', 'home']);
  });

  it('says why it cannot be written, and leaves nothing', async () => {
    await expect(files().save('no/such/a.log', lines, { overwrite: false }, never)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('there is no such folder'),
    });
    await expect(files().save('home', lines, { overwrite: true }, never)).rejects.toMatchObject({
      message: expect.stringContaining('it is a folder'),
    });
    expect(await readdir(dir)).toEqual(['home']);
  });

  it('tells how far it is, and leaves nothing where it is cancelled', async () => {
    const cancel = new AbortController();
    const told: number[] = [];
    function* many() {
      for (let line = 0; line < 250_000; line++) yield 'a line of the log\n';
    }
    const progress = (done: number) => {
      told.push(done);
      if (done >= 200_000) cancel.abort();
    };
    const saving = files().save('a.log', many(), { overwrite: false, progress }, cancel.signal);
    await expect(saving).rejects.toMatchObject({ name: 'AbortError' });
    expect(told).toEqual([100_000, 200_000]);
    expect(await readdir(dir)).toEqual(['home']);
  });
});
