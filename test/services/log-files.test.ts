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

describe('a folder that is named', () => {
  it('is told whole, from where the program was started or from home', async () => {
    expect(await files().folder('home', never)).toBe(join(dir, 'home'));
    expect(await files().folder('~', never)).toBe(join(dir, 'home'));
    await mkdir(join(dir, 'home', 'dist'));
    expect(await files().folder('~/dist', never)).toBe(join(dir, 'home', 'dist'));
  });

  it('must be there, and be a folder', async () => {
    await writeFile(join(dir, 'file'), 'x');
    await expect(files().folder('~/nothing', never)).rejects.toMatchObject({
      kind: 'not-found',
      message: 'The folder ~/nothing does not exist.',
    });
    await expect(files().folder('file', never)).rejects.toMatchObject({ message: 'file is no folder.' });
  });
});

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

describe('saving a note or the picture of a code', () => {
  const code = { size: 1, modules: Uint8Array.of(1) };

  it('writes a file for the user alone, and leaves one that is there as it is', async () => {
    const saved = await files().saveWhole(
      'a.txt',
      'the note\n',
      { overwrite: false, what: 'The note' },
      never,
    );
    expect(saved).toEqual({ path: join(dir, 'a.txt'), bytes: 9 });
    expect((await stat(join(dir, 'a.txt'))).mode & 0o777).toBe(0o600);
    const again = await files().saveWhole('a.txt', code, { overwrite: false, what: 'The picture' }, never);
    expect(again).toBe('exists');
    expect(await readFile(join(dir, 'a.txt'), 'utf8')).toBe('the note\n');
    await files().saveWhole('a.txt', code, { overwrite: true, what: 'The picture' }, never);
    expect((await readFile(join(dir, 'a.txt'))).subarray(1, 4).toString()).toBe('PNG');
    expect((await readdir(dir)).sort()).toEqual(['a.txt', 'home']);
  });

  it('says what was not saved and why, and leaves nothing', async () => {
    await expect(
      files().saveWhole('no/a.png', code, { overwrite: false, what: 'The picture' }, never),
    ).rejects.toMatchObject({
      kind: 'failed',
      message: `The picture was not saved to ${join(dir, 'no/a.png')}: there is no such folder.`,
    });
    expect(await readdir(dir)).toEqual(['home']);
  });
});
