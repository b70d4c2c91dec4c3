import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distributionSteps } from '../../../src/domain/distribution.ts';
import { systemProcesses } from '../../../src/services/distributions/distributions.ts';
import { partBytes } from '../../../src/services/distributions/upload/package-object.ts';
import { expectGoodRecord } from './good-record.ts';
import { goodArtifact, leaving, resumed, type ShipBench, ship, startShipBench } from './ship-bench.ts';
import type { ChildSetUp } from './ship-child.ts';

let bench: ShipBench;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  await ship(bench.distributions);
});

afterAll(() => bench.close());

/**
 * Begins a distribution in another process and kills it the moment it asks for `operation` the `nth` time. That request
 * is carried out all the same, after its sender's death, or else never.
 */
async function killedAt(
  operation: string,
  nth: number,
  more: Pick<ChildSetUp, 'packagePath'> & Partial<Pick<ChildSetUp, 'deployment'>> = {},
  isCarriedOut = true,
): Promise<void> {
  const { endpoint, credentials } = bench.sandbox.info;
  const { deployment, tempDir } = bench;
  const setUp: ChildSetUp = {
    endpoint,
    credentials,
    deployment,
    tempDir,
    runId: `killed-${operation}-${nth}`,
    ...more,
  };
  const { promise: asked, resolve: isAsking } = Promise.withResolvers<void>();
  const { promise: dead, resolve: isDead } = Promise.withResolvers<void>();
  let seen = 0;
  bench.fault((call) => {
    if (call.operation === operation) seen += 1;
    if (call.operation !== operation || seen !== nth) return undefined;
    isAsking();
    return {
      kind: 'delay',
      until: dead,
      ...(isCarriedOut ? {} : { next: { kind: 'drop', when: 'before' } }),
    };
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

/** The next start of the program, to which the killed one is no living process. */
const next = () => bench.withDeps({ processes: systemProcesses });

/** Begins a distribution in another process and kills it as soon as it says that it is at `step`. */
async function killedIn(step: string): Promise<void> {
  const { endpoint, credentials } = bench.sandbox.info;
  const { deployment, tempDir } = bench;
  const setUp: ChildSetUp = { endpoint, credentials, deployment, tempDir, runId: `killed-in-${step}` };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ship-child.ts'), JSON.stringify(setUp)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === `${step} started`) child.kill('SIGKILL');
  }
  await ended;
}

const killings: [string, number][] = [
  ['PutObject', 1],
  ['HeadObject', 1],
  ['PutObject', 2],
  ['HeadObject', 2],
  ['GetObject', 2],
  ['GetParameter', 2],
  ['PutParameter', 1],
];

describe('a program that is killed while it makes a distribution', () => {
  it('before its package is on its way leaves a folder that the next start removes', async () => {
    const before = await bench.bucketState();
    await killedAt('GetObject', 1);
    expect(await next().leftovers(signal)).toEqual([]);
    expect(await bench.tempFolders()).toEqual([]);
    bench.clock.advance(60_000);
    await ship(next());
    expect((await bench.bucketState()).versions).toHaveLength(before.versions.length + 1);
  });

  it.each(killings)(
    'at its %s number %i leaves a good record, and nothing once cleaned up',
    async (operation, nth) => {
      const before = await bench.bucketState();
      await killedAt(operation, nth);
      await expectGoodRecord(bench.distributions);
      expect(await bench.tempFolders()).toHaveLength(1);
      const left = await next().leftovers(signal);
      // The record was written after its writer's death: nothing is left to be asked about.
      expect(left).toHaveLength(operation === 'PutParameter' ? 0 : 1);
      for (const { id } of left) await next().cleanUp(id, signal);
      expect(await bench.tempFolders()).toEqual([]);
      await expectGoodRecord(bench.distributions);
      const after = await bench.bucketState();
      if (left.length > 0) expect(after).toEqual(before);
      else expect(after.versions).toHaveLength(before.versions.length + 1);
    },
  );

  it.each(killings.filter((_, index) => index % 2 === 0))(
    'at its %s number %i is finished by the next',
    async (operation, nth) => {
      const before = await bench.bucketState();
      await killedAt(operation, nth);
      const [left] = await next().leftovers(signal);
      if (left) {
        const { distribution } = await resumed(next(), left.id);
        expect(distribution.packageKey).toBe(left.key);
        expect((await bench.distributions.latest(signal))?.url).toBe(distribution.url);
      }
      await expectGoodRecord(bench.distributions);
      expect(await bench.tempFolders()).toEqual([]);
      const after = await bench.bucketState();
      expect(after).toMatchObject({ uploads: [], deleteMarkers: 0 });
      expect(after.versions).toHaveLength(before.versions.length + 1);
      expect(after.checksums).toHaveLength(before.checksums.length + 1);
    },
  );
});

describe('a program that is killed as a step begins', () => {
  it.each(distributionSteps)('%s, leaves a good record, and nothing once cleaned up', async (step) => {
    const before = await bench.bucketState();
    const recorded = (await bench.distributions.latest(signal))?.url;
    bench.fault(() => undefined);
    await killedIn(step);
    await expectGoodRecord(bench.distributions);
    for (const { id } of await next().leftovers(signal)) await next().cleanUp(id, signal);
    expect(await bench.tempFolders()).toEqual([]);
    await expectGoodRecord(bench.distributions);
    // It goes on until the signal comes: in its last step it may just have recorded its package.
    const isNew = (await bench.distributions.latest(signal))?.url !== recorded;
    const after = await bench.bucketState();
    if (!isNew) expect(after).toEqual(before);
    else expect(after.versions).toHaveLength(before.versions.length + 1);
    expect(after.uploads).toEqual([]);
  });
});

describe('a program that is killed in the middle of a large upload', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ccwb-killed-'));
    await writeNoise('few', partBytes + 1000);
    await writeNoise('many', 5 * partBytes);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function writeNoise(name: string, size: number): Promise<void> {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'noise.bin'), randomBytes(size));
  }

  function shipping(name: string) {
    const deployment = {
      ...bench.deployment,
      profile: { ...bench.deployment.profile, extraFiles: [name] },
    };
    return { deployment, service: bench.withDeps({ processes: systemProcesses, deployment }) };
  }

  it('has its parts kept by the next, which sends only the rest', async () => {
    const { deployment, service } = shipping('many');
    // Four go out at once: the sixth is asked for when two have been answered.
    await killedAt('UploadPart', 6, { packagePath: folder, deployment });
    const [left] = await service.leftovers(signal);
    expect(left).toMatchObject({ step: 'UPLOAD' });
    expect(left?.uploaded).toBeGreaterThanOrEqual(2 * partBytes);
    bench.fault(() => undefined);
    const { distribution } = await resumed(service, left?.id ?? '');
    const sent = bench.calls().filter((call) => call === 'UploadPart').length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(4);
    expect((await bench.distributions.latest(signal))?.url).toBe(distribution.url);
    await expectGoodRecord(bench.distributions);
    expect(await bench.tempFolders()).toEqual([]);
    expect((await bench.bucketState()).uploads).toEqual([]);
  });

  const killings: [string, boolean][] = [
    ['CreateMultipartUpload', true],
    ['UploadPart', false],
    ['CompleteMultipartUpload', false],
    ['CompleteMultipartUpload', true],
  ];

  describe.each(killings)('at its first %s, carried out later: %s', (operation, isCarriedOut) => {
    /** Until what the dead one asked for is done: parts that nobody put together, or the package. */
    async function killed() {
      const before = await bench.bucketState();
      const { deployment, service } = shipping('few');
      await killedAt(operation, 1, { packagePath: folder, deployment }, isCarriedOut);
      const isMade = operation === 'CompleteMultipartUpload' && isCarriedOut;
      while ((await bench.bucketState()).uploads.length !== (isMade ? 0 : 1)) await turn();
      await expectGoodRecord(bench.distributions);
      const [left] = await service.leftovers(signal);
      expect(left).toMatchObject({ step: 'UPLOAD' });
      return { before, service, left };
    }

    it('leaves a good record, and nothing once cleaned up', async () => {
      const { before, service, left } = await killed();
      await service.cleanUp(left?.id ?? '', signal);
      expect(await bench.tempFolders()).toEqual([]);
      expect(await bench.bucketState()).toEqual(before);
      await expectGoodRecord(bench.distributions);
    });

    // What the dead one did not live to learn of is what there is to find out; the rest is as with the sixth part above.
    if (!isCarriedOut) return;
    it('is finished by the next', async () => {
      const { before, service, left } = await killed();
      const { distribution } = await resumed(service, left?.id ?? '');
      expect(distribution.packageKey).toBe(left?.key);
      expect((await bench.distributions.latest(signal))?.url).toBe(distribution.url);
      await expectGoodRecord(bench.distributions);
      expect(await bench.tempFolders()).toEqual([]);
      const after = await bench.bucketState();
      expect(after).toMatchObject({ uploads: [], deleteMarkers: 0 });
      expect(after.versions).toHaveLength(before.versions.length + 1);
      expect(after.checksums).toHaveLength(before.checksums.length + 1);
    });
  });
});
