import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/domain/errors.ts';
import { watchFiles } from '../../support/file-faults.ts';
import { goodArtifact, leaving, type ShipBench, ship, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
let folder: string;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ccwb-check-file-')));
});

afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

const check = (target: { url: string } | { file: string }) =>
  bench.distributions.links.verify(target, () => {}, signal);

const refusal = async (target: { url: string } | { file: string }): Promise<AppError> =>
  check(target).then(
    ({ verdict }) => expect.fail(`it was taken for ${verdict}`),
    (error: AppError) => error,
  );

describe('what is no file to compare', () => {
  it.each([
    ['a folder', 'dist', 'is a folder', 'Name the zip'],
    ['a pipe', 'pipe', 'is no regular file', 'Save the package to a file'],
    ['a device', '/dev/null', 'is no regular file', 'Save the package to a file'],
    ['standard input', '-', 'Standard input is not read', 'Give a file'],
    ['an empty name', '', 'is empty', 'Give a file'],
  ])('is named as what it is, with what to do: %s', async (_, name, what, remedy) => {
    await mkdir(join(folder, 'dist'), { recursive: true });
    if (name === 'pipe') execFileSync('mkfifo', [join(folder, name)]);
    const isName = /^[a-z]/.test(name);
    expect(await refusal({ file: isName ? join(folder, name) : name })).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(what),
      hint: expect.stringContaining(remedy),
    });
  });

  it('is not found where the name leads nowhere', async () => {
    await writeFile(join(folder, 'file'), 'x');
    await symlink('loop', join(folder, 'loop'));
    for (const name of ['nothing.zip', 'file/x.zip', 'loop', 'x'.repeat(300)])
      expect(await refusal({ file: join(folder, name) }), name).toMatchObject({
        kind: 'not-found',
        hint: expect.stringContaining('key of a package'),
      });
  });

  it('is a question of permission where it may not be read, and a failure where the disk fails', async () => {
    const path = join(folder, 'locked.zip');
    await writeFile(path, 'x');
    const files = watchFiles(folder);
    try {
      for (const [code, kind] of [
        ['EACCES', 'permission'],
        ['EIO', 'failed'],
      ]) {
        files.choose(({ name }) =>
          name === 'open' ? Object.assign(new Error(`${code}: open`), { code }) : undefined,
        );
        const error = await refusal({ file: path });
        expect(error).toMatchObject({ kind, hint: expect.any(String) });
        expect(error.message).toContain('cannot be read');
      }
    } finally {
      files.restore();
    }
  });
});

describe('an empty file', () => {
  it('is told to be empty, whether a package is of that name or not', async () => {
    const { filename } = (await ship(bench.distributions)).distribution;
    for (const [name, verdict] of [
      [filename, 'different'],
      ['other.zip', 'unknown'],
    ] as const) {
      await writeFile(join(folder, name), '');
      expect(await check({ file: join(folder, name) })).toMatchObject({
        verdict,
        detail: expect.stringMatching(/^The file is empty.*: download it again\.$/),
      });
    }
  });
});

describe('a link', () => {
  it.each([
    'https://a.example/b c.zip',
    'https://',
    'http://a b',
    's3://bucket/packages/x',
    'ftp://a.example/x',
  ])('is refused where it cannot be one: %s', async (url) => {
    expect(await refusal({ url })).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('hold no blanks'),
      hint: expect.stringContaining('in quotes'),
    });
  });

  it('into another bucket is unknown, and the way to another profile is told', async () => {
    const { packageKey } = (await ship(bench.distributions)).distribution;
    expect(await check({ url: `https://other.s3.amazonaws.com/${packageKey}?X-Amz-Date=1` })).toMatchObject({
      verdict: 'unknown',
      detail: expect.stringMatching(new RegExp(`${bench.bucket}.*--profile`)),
    });
  });
});
