import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemProcesses } from '../../../src/services/distributions/distributions.ts';
import { goodArtifact, leaving, type ShipBench, ship, startShipBench } from './ship-bench.ts';
import type { ChildSetUp } from './ship-child.ts';

let bench: ShipBench;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  await ship(bench.distributions);
});

afterAll(() => bench.close());

/** Begins a distribution in another process and kills it the moment it asks for `operation` the `nth` time. */
async function killedAt(operation: string, nth: number): Promise<void> {
  const { endpoint, credentials } = bench.sandbox.info;
  const { deployment, tempDir } = bench;
  const setUp: ChildSetUp = {
    endpoint,
    credentials,
    deployment,
    tempDir,
    runId: `killed-${operation}-${nth}`,
  };
  const { promise: asked, resolve: isAsking } = Promise.withResolvers<void>();
  const { promise: dead, resolve: isDead } = Promise.withResolvers<void>();
  let seen = 0;
  bench.fault((call) => {
    if (call.operation === operation) seen += 1;
    if (call.operation !== operation || seen !== nth) return undefined;
    isAsking();
    // The request is carried out all the same, after its sender's death.
    return { kind: 'delay', until: dead };
  });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ship-child.ts'), JSON.stringify(setUp)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = once(child, 'exit');
  const first = await Promise.race([asked, ended.then(() => 'ended')]);
  expect({ first, output: first === 'ended' ? output : '' }).toEqual({ first: undefined, output: '' });
  child.kill('SIGKILL');
  await ended;
  isDead();
  bench.fault(() => undefined);
}

/** What is recorded can be downloaded, whole. */
async function expectGoodRecord(): Promise<void> {
  const latest = await bench.distributions.latest(signal);
  const response = await fetch(latest?.url ?? '');
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(latest?.checksum);
}

describe('a program that is killed while it makes a distribution', () => {
  it.each([
    ['GetObject', 1],
    ['PutObject', 1],
    ['HeadObject', 1],
    ['GetObject', 2],
    ['GetParameter', 2],
    ['PutParameter', 1],
  ])('at its %s number %i leaves a good record, and nothing after the next run', async (operation, nth) => {
    const before = await bench.bucketState();
    await killedAt(operation, nth);
    await expectGoodRecord();
    expect(await bench.tempFolders()).toHaveLength(1);
    bench.clock.advance(60_000);
    await ship(bench.withDeps({ processes: systemProcesses }));
    expect(await bench.tempFolders()).toEqual([]);
    await expectGoodRecord();
    const { versions, uploads } = await bench.bucketState();
    // Killed while it recorded, its link may be out: then its package stays.
    const kept = operation === 'PutParameter' ? 1 : 0;
    expect({ versions: versions.length, uploads }).toEqual({
      versions: before.versions.length + 1 + kept,
      uploads: [],
    });
  });
});
