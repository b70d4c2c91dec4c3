import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { systemProcesses } from '../../../src/services/distributions/distributions.ts';
import { partBytes } from '../../../src/services/distributions/upload/package-object.ts';
import { goodArtifact, leaving, type ShipBench, startShipBench } from './ship-bench.ts';
import type { ChildSetUp } from './ship-child.ts';

/** MiB of the package: few in every run; `LARGE_MIB=2048 npx vitest run <this file>` for the whole weight. */
const mebibytes = Number(process.env.LARGE_MIB ?? 48);
const mostMemoryMiB = 256;
const parts = Math.ceil((mebibytes * 1024 ** 2) / partBytes);

let bench: ShipBench;
let folder: string;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  folder = await mkdtemp(join(tmpdir(), 'ccwb-large-'));
  await mkdir(join(folder, 'data'));
  const file = await open(join(folder, 'data/noise.bin'), 'wx');
  for (let written = 0; written < mebibytes; written += 1) await file.write(randomBytes(1024 ** 2));
  await file.close();
}, 300_000);

afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

/** The connections of some parts are cut, before their work and after it. */
function cut(nth: number): Fault | undefined {
  if (nth === 2) return { kind: 'drop', when: 'before' };
  return nth === 3 ? { kind: 'drop', when: 'after' } : undefined;
}

function start(more: Pick<ChildSetUp, 'resume'> = {}) {
  const { endpoint, credentials } = bench.sandbox.info;
  const { profile } = bench.deployment;
  const setUp: ChildSetUp = {
    endpoint,
    credentials,
    deployment: { ...bench.deployment, profile: { ...profile, extraFiles: ['data'] } },
    tempDir: bench.tempDir,
    runId: 'large',
    packagePath: folder,
    ...more,
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ship-child.ts'), JSON.stringify(setUp)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  return { child, ended: once(child, 'exit'), output: () => output };
}

it('goes through in bounded memory, its connection cut and its program killed on the way', async () => {
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
  const killed = start();
  await Promise.race([isHalfWay, killed.ended]);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(killed.output()).not.toContain('made');

  const { profile } = bench.deployment;
  const deployment = { ...bench.deployment, profile: { ...profile, extraFiles: ['data'] } };
  const service = bench.withDeps({ processes: systemProcesses, deployment });
  const [left] = await service.leftovers(signal);
  expect(left?.uploaded).toBeGreaterThan(0);
  let again = 0;
  bench.fault(({ operation }) => {
    if (operation !== 'UploadPart') return undefined;
    again += 1;
    return cut(again);
  });
  const finishing = start({ resume: left?.id ?? '' });
  expect(await finishing.ended).toEqual([0, null]);
  // Two of them were cut and sent twice.
  const kept = Math.floor((left?.uploaded ?? 0) / partBytes);
  expect(again).toBeLessThanOrEqual(parts + 1 - kept + 2);
  const [, peak] = /made, with (\d+) MiB at most/.exec(finishing.output()) ?? [];
  expect(Number(peak)).toBeLessThan(mostMemoryMiB);

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
