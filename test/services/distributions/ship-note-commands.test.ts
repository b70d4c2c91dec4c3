import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Distribution } from '../../../src/domain/distribution.ts';
import { basics, folderOf, linuxCommands, paste } from './paste.ts';
import { goodArtifact, leaving, type ShipBench, ship, startShipBench } from './ship-bench.ts';

const isLinuxX64 = platform() === 'linux' && arch() === 'x64';
let bench: ShipBench;
let made: Distribution;
let dir: string;
let home: string;

beforeAll(async () => {
  if (!isLinuxX64) return;
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  made = (await ship(bench.distributions)).distribution;
});
afterAll(() => bench?.close());

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-note-'));
  home = join(dir, 'a home');
  await mkdir(home);
  await mkdir(join(dir, 'tmp'));
  return () => rm(dir, { recursive: true, force: true });
});

describe.skipIf(!isLinuxX64)('the Linux commands of the ship note, pasted into a shell', () => {
  it.for<[string, string[]]>([
    ['sh', ['curl', 'sha256sum', 'unzip']],
    ['bash', ['curl', 'sha256sum', 'unzip']],
    ['sh', ['wget', 'shasum', 'perl', 'unzip']],
    ['sh', ['python3', 'sha256sum']],
  ])('of %s install the package in a clean home with %s', async ([shell, tools], context) => {
    const path = await folderOf(dir, [...basics, ...tools]);
    if (!path) return context.skip();
    const { status, output } = await paste(dir, shell, path, linuxCommands(made));
    expect(output).toContain('Signing in works');
    expect(status).toBe(0);
    const program = await readFile(join(home, 'claude-code-with-bedrock/credential-process'), 'utf8');
    expect(program).toBe(goodArtifact()['credential-process-linux-x64']);
    // The shell goes on where it was, and nothing of the package stays behind.
    expect(output).toContain(`still at ${dir}`);
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
  });

  it('install nothing that has another sha256, nor what cannot be loaded, and leave nothing', async () => {
    const wrong = await paste(
      dir,
      'sh',
      process.env.PATH ?? '',
      linuxCommands({ ...made, checksum: 'ab'.repeat(32) }),
    );
    expect(wrong.output).toContain('Wrong sha256: not installed.');
    const url = made.url.replace('Signature=', 'Signature=0');
    const refused = await paste(dir, 'sh', process.env.PATH ?? '', linuxCommands({ ...made, url }));
    for (const { status, output } of [wrong, refused]) {
      expect(status).not.toBe(0);
      expect(output).toContain(`still at ${dir}`);
    }
    expect(await readdir(home)).toEqual([]);
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
  });
});
