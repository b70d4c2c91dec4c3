import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shipNote } from '../../../src/domain/ship-note.ts';
import { macCpu, machO } from '../../support/programs.ts';
import { goodArtifact, leaving, notes, type ShipBench, ship, shipped, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
let dir: string;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterAll(() => bench.close());

beforeEach(async () => {
  bench.clock.advance(60_000);
  dir = await mkdtemp(join(tmpdir(), 'ccwb-path-'));
  return () => rm(dir, { recursive: true, force: true });
});

const originOf = (files: readonly { path: string; origin: string }[], path: string) =>
  files.find((file) => file.path === path)?.origin;

describe('a folder beside the builds', () => {
  it('adds its platforms; a build’s own binaries win, the folder’s other files win over what would be made', async () => {
    await writeFile(join(dir, 'credential-process-macos-arm64'), machO(macCpu.arm64));
    await writeFile(join(dir, 'credential-process-linux-x64'), 'older');
    await writeFile(join(dir, 'install.sh'), '#!/bin/sh\necho custom\n');
    const { distribution, events } = await ship(bench.distributions, { packagePath: dir });
    expect(originOf(distribution.files, 'credential-process-macos-arm64')).toBe(dir);
    expect(originOf(distribution.files, 'credential-process-linux-x64')).toMatch(/^build /);
    expect(originOf(distribution.files, 'install.sh')).toBe(dir);
    expect(originOf(distribution.files, 'install.bat')).toBe('made from the profile');
    expect(notes(events)).toContain('credential-process-linux-x64 is taken from build');
  });

  it('that is missing is not found before anything is asked of AWS but what lies there', async () => {
    const before = await bench.bucketState();
    const { error } = await shipped(bench.distributions, { packagePath: join(dir, 'nowhere') });
    expect(error).toMatchObject({ kind: 'not-found', message: expect.stringContaining('nowhere') });
    expect(await bench.bucketState()).toEqual(before);
  });

  it('ships alone where no build succeeded yet', async () => {
    await writeFile(join(dir, 'credential-process-macos-arm64'), machO(macCpu.arm64));
    const without = bench.withDeps({ deployment: { ...bench.deployment, projects: [] } });
    const { distribution } = await ship(without, { packagePath: dir });
    expect(distribution.builds).toEqual([]);
  });

  it('with a config.json that names nobody is refused', async () => {
    await writeFile(join(dir, 'config.json'), '{}');
    const { error } = await shipped(bench.distributions, { packagePath: dir });
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining('config.json') });
  });

  it.each([
    ['{"ClaudeCode": {},}', 'is not JSON: line 1, column 19.'],
    ['\uFEFF{"ClaudeCode": {}}', 'begins with a byte order mark (BOM)'],
  ])('with the config.json %j is refused, and told what is wrong with it', async (text, fault) => {
    await writeFile(join(dir, 'config.json'), text);
    const { error } = await shipped(bench.distributions, { packagePath: dir });
    expect(error).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`config.json of ${dir} ${fault}`),
      hint: expect.stringContaining('Correct it'),
    });
  });
});

const isLinuxX64 = platform() === 'linux' && arch() === 'x64';

describe.skipIf(!isLinuxX64)('the commands of the ship note', () => {
  it('download, verify and install, pasted into a shell in a clean home', async () => {
    const { distribution } = await ship(bench.distributions);
    const { status, output } = await paste(
      unixCommands(shipNote(distribution, { place: 'sandbox', timeZone: 'UTC' })),
      dir,
    );
    expect(output).toContain('Signing in works');
    expect(status).toBe(0);
    const program = await readFile(join(dir, 'claude-code-with-bedrock/credential-process'), 'utf8');
    expect(program).toBe(goodArtifact()['credential-process-linux-x64']);
    expect(await readFile(join(dir, '.aws/config'), 'utf8')).toContain('[profile ClaudeCode]');
  });

  it('set up the profiles that the folder’s config.json names', async () => {
    await writeFile(join(dir, 'config.json'), '{"Acme": {"aws_region": "eu-west-1"}}');
    const { distribution } = await ship(bench.distributions, { packagePath: dir });
    const home = join(dir, 'home');
    await mkdir(home);
    const note = shipNote(distribution, { place: 'sandbox', timeZone: 'UTC' });
    const result = await paste(unixCommands(note), home);
    expect(result).toMatchObject({ status: 0 });
    expect(await readFile(join(home, '.aws/config'), 'utf8')).toContain('--profile Acme\nregion = eu-west-1');
  });

  it('install nothing that has another sha256', async () => {
    const { distribution } = await ship(bench.distributions);
    const wrong = { ...distribution, checksum: 'ab'.repeat(32) };
    const { status, output } = await paste(
      unixCommands(shipNote(wrong, { place: 'sandbox', timeZone: 'UTC' })),
      dir,
    );
    expect(status).not.toBe(0);
    expect(output).toContain('Wrong sha256');
    await expect(readFile(join(dir, '.aws/config'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** The block of a note that is for macOS and Linux. */
function unixCommands(note: string): string {
  return /^\($[\s\S]*?^\)$/m.exec(note)?.[0] ?? '';
}

/** As an interactive shell reads it: line by line from its input. */
async function paste(commands: string, home: string): Promise<{ status: number | null; output: string }> {
  const child = spawn('sh', ['-s'], { cwd: home, env: { HOME: home, PATH: '/usr/bin:/bin', TMPDIR: home } });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  child.stdin.end(`${commands}\n`);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}
