import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Distribution } from '../../../src/domain/distribution.ts';
import { createRunner } from '../../../src/runner/create-runner.ts';
import { realClock } from '../../runner/run-buildspec.ts';
import { awsProfiles } from '../../support/aws-ini.ts';
import { basics, folderOf, linuxCommands, paste } from './paste.ts';
import { leaving, type ShipBench, ship, startShipBench } from './ship-bench.ts';

const isLinuxX64 = platform() === 'linux' && arch() === 'x64';

let bench: ShipBench;
let made: Distribution;
let dir: string;

beforeAll(async () => {
  if (!isLinuxX64) return;
  // The sandbox of a fresh clone: the source is the sample, and its build runs for real, its rounds cut short.
  bench = await startShipBench((clock) => {
    const run = createRunner({
      clock: { ...realClock, now: clock.now },
      nodePath: process.execPath,
      platform: platform(),
      newToken: randomUUID,
    });
    return (request, emit, signal) =>
      run({ ...request, variables: { ...request.variables, SAMPLE_ROUND_MS: '4' } }, emit, signal);
  });
  expect(await bench.build(leaving({}))).toMatchObject({ status: 'SUCCEEDED' });
  made = (await ship(bench.distributions)).distribution;
}, 300_000);
afterAll(() => bench?.close());

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-note-'));
  await mkdir(join(dir, 'a home'));
  await mkdir(join(dir, 'tmp'));
  return () => rm(dir, { recursive: true, force: true });
});

describe.skipIf(!isLinuxX64)('the package of the sample, built in the sandbox and shipped', () => {
  it.each(['sh', 'bash'])('is installed by the Linux commands of its note, pasted into %s', async (shell) => {
    const tools = [...basics, 'curl', 'sha256sum', 'unzip', 'node', 'env'];
    const path = (await folderOf(dir, tools)) ?? 'this machine lacks a program';
    const { status, output } = await paste(dir, shell, path, linuxCommands(made));
    expect(output).toContain('The checksums are right.\n');
    expect(output).toContain('Set up the AWS profile ClaudeCode\n');
    expect(output).toContain('\nSigning in works.\n');
    expect({ status, tail: output.trimEnd().split('\n').at(-1) }).toEqual({
      status: 0,
      tail: `still at ${dir}`,
    });
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);

    const home = join(dir, 'a home');
    const bin = join(home, 'claude-code-with-bedrock');
    expect((await readdir(bin)).sort()).toEqual(['config.json', 'credential-process', 'otel-helper']);
    for (const [name, packed] of [
      ['credential-process', 'credential-process-linux-x64'],
      ['otel-helper', 'otel-helper-linux-x64'],
      ['config.json', 'config.json'],
    ] as const) {
      const file = made.files.find(({ path }) => path === packed);
      const installed = await readFile(join(bin, name));
      expect(file).toMatchObject({ origin: expect.stringMatching(/^build /), sha256: sha256(installed) });
    }
    expect((await stat(join(bin, 'credential-process'))).mode & 0o777).toBe(0o755);

    const { ClaudeCode } = awsProfiles(await readFile(join(home, '.aws/config'), 'utf8'));
    const command = `"${bin}/credential-process" --profile ClaudeCode`;
    expect(ClaudeCode).toEqual({ credential_process: command, region: 'us-east-1' });
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], {
      env: { HOME: home, PATH: path },
    });
    expect(JSON.parse(stdout)).toMatchObject({ AccessKeyId: expect.stringMatching(/^ASIASAMPLE/) });
  });
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
