import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployment } from '../../../src/domain/profile.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { systemProcesses } from '../../../src/services/distributions/distributions.ts';
import { partBytes } from '../../../src/services/distributions/upload/package-object.ts';
import { goodArtifact, leaving, type ShipBench, startShipBench } from './ship-bench.ts';
import type { ChildSetUp } from './ship-child.ts';

const MiB = 1024 ** 2;
/** MiB of the package's data: few in every run; `LARGE_MIB=2048 npx vitest run <this file>` for the whole weight. */
const dataMiB = Number(process.env.LARGE_MIB ?? 48);
/** What a build leaves beside it. */
const builtMiB = 16;
const parts = Math.ceil(((dataMiB + builtMiB) * MiB) / partBytes);
/** A package of no more parts than go out at once. */
const smallMiB = 25;
/** In every step a larger package may have so much more in use: less than a part, and a fraction of what it is larger by. */
const mostMoreMiB = 7;
/** What a process may have at all, garbage and all. */
const mostMiB = 256;

let bench: ShipBench;
let folder: string;
const signal = new AbortController().signal;
const noise = randomBytes(MiB);
/** Shrinks a little, so that it goes into the zip compressed. */
const dull = noise.map((byte) => byte & 0x7f);

beforeAll(async () => {
  bench = await startShipBench();
  folder = await mkdtemp(join(tmpdir(), 'ccwb-large-'));
  await writeData('small', smallMiB, noise);
  await writeData('large', dataMiB, dull);
}, 300_000);

afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

async function writeData(name: string, size: number, mebibyte: Uint8Array): Promise<void> {
  await mkdir(join(folder, name));
  const file = await open(join(folder, name, 'data.bin'), 'wx');
  for (let written = 0; written < size; written += 1) await file.write(mebibyte);
  await file.close();
}

function largeArtifact(): Record<string, string | Buffer> {
  const program = Buffer.concat([Buffer.from('#!/bin/sh\n'), ...Array<Buffer>(builtMiB).fill(noise)]);
  return { ...goodArtifact(), 'credential-process-linux-x64': program };
}

/** The connections of some parts are cut, before their work and after it. */
function cut(nth: number): Fault | undefined {
  if (nth === 2) return { kind: 'drop', when: 'before' };
  return nth === 3 ? { kind: 'drop', when: 'after' } : undefined;
}

function deploymentOf(data: string): Deployment {
  return { ...bench.deployment, profile: { ...bench.deployment.profile, extraFiles: [data] } };
}

/** As the child tells it in the middle of its steps, MiB. */
type Memory = { step: string; inUse: number; peak: number };

/** These steps were watched, and none of them had notably more in use than those of a small package. */
function expectBounded(large: readonly Memory[], small: readonly Memory[], steps: readonly string[]): void {
  const most = (memory: readonly Memory[], step: string) =>
    Math.max(...memory.flatMap((told) => (told.step === step ? [told.inUse] : [])));
  for (const step of steps) {
    expect(most(large, step), `MiB in use in ${step}`).toBeGreaterThan(0);
    expect(most(large, step), `MiB in use in ${step}`).toBeLessThan(most(small, step) + mostMoreMiB);
  }
  expect(Math.max(...large.map(({ peak }) => peak))).toBeLessThan(mostMiB);
}

function start(data: string, more: Pick<ChildSetUp, 'resume'> = {}) {
  const { endpoint, credentials } = bench.sandbox.info;
  const setUp: ChildSetUp = {
    endpoint,
    credentials,
    deployment: deploymentOf(data),
    tempDir: bench.tempDir,
    runId: data,
    packagePath: folder,
    ...more,
  };
  const child = spawn(
    process.execPath,
    ['--expose-gc', join(import.meta.dirname, 'ship-child.ts'), JSON.stringify(setUp)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const told = (): Memory[] =>
    [...output.matchAll(/^(\w+) \d\/8: (\d+) MiB in use, (\d+) MiB at most$/gm)].map(
      ([, step = '', inUse, peak]) => ({ step, inUse: Number(inUse), peak: Number(peak) }),
    );
  return { child, ended: once(child, 'close'), output: () => output, told };
}

it('goes through in bounded memory, its connection cut and its program killed on the way', async () => {
  await bench.build(leaving(goodArtifact()));
  const small = start('small');
  expect(await small.ended).toEqual([0, null]);
  await bench.build(leaving(largeArtifact()));

  let sent = 0;
  // Four go out at once and two are cut: of eight, two have been answered.
  const half = Math.max(8, Math.ceil(parts / 2));
  const { promise: isHalfWay, resolve: halfWay } = Promise.withResolvers<void>();
  bench.fault(({ operation }) => {
    if (operation !== 'UploadPart') return undefined;
    sent += 1;
    if (sent === half) halfWay();
    return cut(sent);
  });
  const killed = start('large');
  await Promise.race([isHalfWay, killed.ended]);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(killed.output()).not.toContain('made');
  expectBounded(killed.told(), small.told(), ['COLLECT', 'PACK', 'UPLOAD']);

  const deployment = deploymentOf('large');
  const service = bench.withDeps({ processes: systemProcesses, deployment });
  const [left] = await service.leftovers(signal);
  expect(left?.uploaded).toBeGreaterThan(0);
  let again = 0;
  bench.fault(({ operation }) => {
    if (operation !== 'UploadPart') return undefined;
    again += 1;
    return cut(again);
  });
  const finishing = start('large', { resume: left?.id ?? '' });
  expect(await finishing.ended).toEqual([0, null]);
  // Two of them were cut and sent twice.
  const kept = Math.floor((left?.uploaded ?? 0) / partBytes);
  expect(again).toBeLessThanOrEqual(parts + 1 - kept + 2);
  expectBounded(finishing.told(), small.told(), ['UPLOAD', 'VERIFY']);

  const latest = await bench.distributions.latest(signal);
  expect(latest?.packageKey).toBe(left?.key);
  const hash = createHash('sha256');
  let bytes = 0;
  const response = await fetch(latest?.url ?? '');
  for await (const chunk of response.body ?? []) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  expect(bytes).toBe(left?.size);
  expect(hash.digest('hex')).toBe(latest?.checksum);
  expect(await bench.tempFolders()).toEqual([]);
  expect((await bench.bucketState()).uploads).toEqual([]);
}, 900_000);
