import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { AppError } from '../../src/domain/errors.ts';
import {
  defaultUnpackLimits,
  type UnpackLimits,
  type UnpackSummary,
  unpackZip,
} from '../../src/runner/unpack-zip.ts';
import { zipFolder } from '../../src/runner/zip-folder.ts';
import { readZip } from './read-zip.ts';
import { makeWorkspace } from './run-buildspec.ts';

const signal = new AbortController().signal;

type Packed = { name: string; text: string; mode?: number };

async function pack(entries: Packed[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, text, mode = 0o100644 } of entries) zip.addBuffer(Buffer.from(text), name, { mode });
  zip.end();
  return buffer(zip.outputStream);
}

/** Every occurrence of a name in a zip's bytes replaced by another of the same length. */
function rename(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

type Unpacked = { dir: string; parent: string; result: UnpackSummary | AppError };

async function unpack(zip: Buffer, limits: Partial<UnpackLimits> = {}): Promise<Unpacked> {
  const { dir: parent } = await makeWorkspace();
  const dir = join(parent, 'unpacked');
  await mkdir(dir);
  await writeFile(join(parent, 'in.zip'), zip);
  const result = await unpackZip(
    join(parent, 'in.zip'),
    dir,
    { ...defaultUnpackLimits, ...limits },
    signal,
  ).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  return { dir, parent, result };
}

describe('unpacking', () => {
  test('gives files, folders and the executable bit, whatever other bits say', async () => {
    const zip = await pack([
      { name: 'a/run', text: '#!/bin/sh', mode: 0o104777 },
      { name: 'a/plain', text: 'p', mode: 0o100600 },
      { name: './b', text: '' },
    ]);
    const { dir, result } = await unpack(zip);
    expect(result).toEqual({ files: 3, bytes: 10, skipped: [] });
    expect(((await stat(join(dir, 'a/run'))).mode & 0o7111).toString(8)).toBe('111');
    expect((await stat(join(dir, 'a/plain'))).mode & 0o7111).toBe(0);
    expect(await readFile(join(dir, 'b'), 'utf8')).toBe('');
  });

  test.each([
    ['leaves the folder', '../evil', 'xx/evil'],
    ['leaves the folder in Windows’ way', '..\\evil', 'xx/evil'],
    ['is absolute', '/tmp/evil', 'xtmp/evil'],
    ['has no name', './////./', 'xx/evilx'],
    ['has a NUL in its name', 'a\0b', 'axb'],
  ])('refuses a file that %s', async (_, name, harmless) => {
    const { parent, dir, result } = await unpack(
      rename(await pack([{ name: harmless, text: 'x' }]), harmless, name),
    );
    expect(result).toMatchObject({ kind: 'invalid' });
    expect((await readdir(parent)).sort()).toEqual(['in.zip', 'scratch', 'src', 'unpacked']);
    expect(await readdir(dir)).toEqual([]);
  });

  test('leaves links and devices out, so that nothing is written through them', async () => {
    const { dir, result } = await unpack(
      await pack([
        { name: 'link', text: '/etc', mode: 0o120777 },
        { name: 'fifo', text: '', mode: 0o010644 },
        { name: 'ok', text: 'ok' },
      ]),
    );
    expect(result).toEqual({ files: 1, bytes: 2, skipped: ['link', 'fifo'] });
    expect(await readdir(dir)).toEqual(['ok']);
  });

  test.each([
    [
      'the same name twice',
      [
        { name: 'a', text: '1' },
        { name: 'a', text: '2' },
      ],
    ],
    [
      'a file below a file',
      [
        { name: 'a', text: '1' },
        { name: 'a/b', text: '2' },
      ],
    ],
  ])('refuses %s', async (_, entries) => {
    const { result } = await unpack(await pack(entries));
    expect(result).toMatchObject({ kind: 'invalid', message: expect.stringContaining('the same name') });
  });

  test('stops at the limits', async () => {
    const zip = await pack([
      { name: 'a', text: 'x'.repeat(600) },
      { name: 'b', text: 'x'.repeat(600) },
    ]);
    expect((await unpack(zip, { maxEntries: 2, maxBytes: 1200 })).result).toMatchObject({ files: 2 });
    expect((await unpack(zip, { maxEntries: 1, maxBytes: 1200 })).result).toMatchObject({ kind: 'invalid' });
    expect((await unpack(zip, { maxEntries: 2, maxBytes: 1199 })).result).toMatchObject({ kind: 'invalid' });
  });

  test('counts the folders that stand in names only, and each of them once', async () => {
    const zip = await pack([
      { name: 'a/b/one', text: '1' },
      { name: 'a/b/two', text: '2' },
      { name: 'a/c/three', text: '3' },
    ]);
    expect((await unpack(zip, { maxFolders: 3 })).result).toMatchObject({ files: 3 });
    expect((await unpack(zip, { maxFolders: 2 })).result).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('too many folders'),
    });
  });

  test.each([
    [64, { files: 1 }],
    [65, { kind: 'invalid', message: expect.stringContaining('nested too deeply') }],
  ])('a file whose name has %i parts', async (parts, expected) => {
    const { result } = await unpack(await pack([{ name: Array(parts).fill('d').join('/'), text: 'x' }]));
    expect(result).toMatchObject(expected);
  });

  test.runIf(process.platform === 'linux')('keeps no file open that it could not unpack', async () => {
    const zip = await pack([{ name: 'secret', text: 'x' }]);
    // The flag that says encrypted, in the central directory.
    const flags = zip.indexOf('PK\x01\x02', 0, 'latin1') + 8;
    zip.writeUInt16LE(zip.readUInt16LE(flags) | 1, flags);
    const { parent, result } = await unpack(zip);
    expect(result).toMatchObject({ kind: 'invalid', message: expect.stringContaining('encrypted') });
    const open = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    expect(open.filter((path) => path.startsWith(parent))).toEqual([]);
  });

  test('stops a file that is larger than it says', async () => {
    const zip = await pack([{ name: 'bomb', text: 'x'.repeat(100_000) }]);
    const honest = Buffer.alloc(4);
    honest.writeUInt32LE(100_000);
    const lie = Buffer.alloc(4);
    lie.writeUInt32LE(10);
    const { dir, result } = await unpack(rename(zip, honest.toString('latin1'), lie.toString('latin1')));
    expect(result).toMatchObject({ kind: 'invalid' });
    expect((await stat(join(dir, 'bomb'))).size).toBeLessThanOrEqual(10);
  });

  test('refuses what is damaged or no zip at all', async () => {
    const zip = await pack([{ name: 'a', text: 'hello hello hello' }]);
    const data = deflateRawSync('hello hello hello');
    const other = deflateRawSync('jello hello hello');
    expect(
      (await unpack(rename(zip, data.toString('latin1'), other.toString('latin1')))).result,
    ).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('damaged'),
    });
    expect((await unpack(zip.subarray(0, zip.length - 4))).result).toMatchObject({ kind: 'invalid' });
    expect((await unpack(Buffer.from('<Error/>'))).result).toMatchObject({ kind: 'invalid' });
  });

  test('is cancelled by its signal', async () => {
    const { dir } = await makeWorkspace();
    await writeFile(join(dir, 'in.zip'), await pack([{ name: 'a', text: 'x' }]));
    const cancelled = unpackZip(join(dir, 'in.zip'), dir, defaultUnpackLimits, AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('packing a folder', () => {
  test('leaves out history, dependencies, environments, links and itself; keeps modes and order', async () => {
    const { sourceDir } = await makeWorkspace({
      'z.py': 'z',
      'a/run.sh': 'r',
      'a.txt': 'a',
      '.git/HEAD': 'g',
      'sub/node_modules/x/index.js': 'n',
      '.venv/bin/python': 'v',
    });
    await chmod(join(sourceDir, 'a/run.sh'), 0o755);
    await chmod(join(sourceDir, 'z.py'), 0o600);
    await chmod(join(sourceDir, 'a.txt'), 0o644);
    await symlink('/etc/passwd', join(sourceDir, 'link'));
    const zip = await zipFolder(sourceDir, join(sourceDir, 'source.zip'), {}, signal);
    expect(zip).toMatchObject({ files: 3, skipped: ['link'] });
    expect(await readZip(zip.path)).toEqual([
      { name: 'a/run.sh', mode: 0o100755, text: 'r' },
      { name: 'a.txt', mode: 0o100644, text: 'a' },
      { name: 'z.py', mode: 0o100600, text: 'z' },
    ]);
    const again = await zipFolder(sourceDir, join(sourceDir, 'source.zip'), {}, signal);
    expect(again.sha256).toBe(zip.sha256);
  });

  test('two folders with the same files give the same bytes', async () => {
    const [one, two] = [await makeWorkspace({ a: '1', b: '2' }), await makeWorkspace({ b: '2', a: '1' })];
    const first = await zipFolder(one.sourceDir, join(one.dir, 'x.zip'), {}, signal);
    const second = await zipFolder(two.sourceDir, join(two.dir, 'x.zip'), {}, signal);
    expect(second.sha256).toBe(first.sha256);
  });

  test.each([
    ['is not there', 'gone', {}, 'not-found'],
    ['is a file', 'src/file', {}, 'not-found'],
    ['is empty', 'scratch', {}, 'invalid'],
    ['holds too many files', 'src', { maxFiles: 1 }, 'invalid'],
    ['holds too many bytes', 'src', { maxBytes: 3 }, 'invalid'],
  ])('says so where the folder %s', async (_, folder, options, kind) => {
    const { dir } = await makeWorkspace({ file: 'ab', other: 'cd' });
    const failed = zipFolder(join(dir, folder), join(dir, 'out.zip'), options, signal);
    await expect(failed).rejects.toMatchObject({ kind, hint: expect.any(String) });
    expect(await readdir(dir)).toEqual(['scratch', 'src']);
  });

  test('a cancelled one leaves nothing behind', async () => {
    const { dir, sourceDir } = await makeWorkspace({ a: 'a' });
    const cancelled = zipFolder(sourceDir, join(dir, 'out.zip'), {}, AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(dir)).toEqual(['scratch', 'src']);
  });
});
