import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checksumsKey } from '../../../src/domain/package-layout.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import { partBytes } from '../../../src/services/distributions/upload/package-object.ts';
import {
  goodArtifact,
  leaving,
  notes,
  region,
  resumed,
  type ShipBench,
  shipped,
  startShipBench,
  toItsEnd,
} from './ship-bench.ts';

let bench: ShipBench;
let folder: string;
/** Ships three parts' worth. */
let large: DistributionsService;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  folder = await mkdtemp(join(tmpdir(), 'ccwb-large-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/noise.bin'), randomBytes(2 * partBytes + 1000));
  const profile = { ...bench.deployment.profile, extraFiles: ['data'] };
  large = bench.withDeps({ deployment: { ...bench.deployment, profile } });
});

afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  bench.fault(() => undefined);
  bench.clock.advance(60_000);
});

/** A run whose connection is cut for good when its third part is asked for. */
async function cutInTheMiddle() {
  const before = await bench.bucketState();
  let parts = 0;
  bench.fault(({ operation }) => {
    if (operation === 'UploadPart') parts += 1;
    return parts >= 3 ? { kind: 'drop', when: 'before' } : undefined;
  });
  const { error } = await shipped(large, { packagePath: folder, expiresHours: 7 });
  bench.fault(() => undefined);
  expect(error).toMatchObject({
    kind: 'network',
    message: expect.stringContaining('is kept'),
    hint: expect.stringContaining('--resume'),
  });
  const [left] = await large.leftovers(signal);
  if (!left) throw new Error('nothing is left');
  return { before, left };
}

const partsSent = () => bench.calls().filter((call) => call === 'UploadPart').length;

async function expectWhole(url: string, checksum: string): Promise<void> {
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(checksum);
}

async function zipOf(id: string): Promise<string> {
  const names = (await readdir(join(bench.tempDir, id))).filter((name) => name.startsWith('f'));
  const last = names.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))).at(-1);
  return join(bench.tempDir, id, last ?? '');
}

describe('an upload whose connection is lost', () => {
  it('is offered with how far it came, and finished with the parts that are there', async () => {
    const { before, left } = await cutInTheMiddle();
    expect(left).toMatchObject({ step: 'UPLOAD', expiresHours: 7, builds: [expect.any(String)] });
    expect(left.hopeless).toBeUndefined();
    expect(left.uploaded).toBeGreaterThan(0);
    expect(left.uploaded).toBeLessThan(left.size);
    bench.fault(() => undefined);
    const { distribution, events } = await resumed(large, left.id);
    expect(partsSent()).toBeLessThan(3);
    expect(bench.calls()).not.toContain('CreateMultipartUpload');
    expect(distribution).toMatchObject({ packageKey: left.key, size: left.size });
    expect(notes(events)).toMatch(/[12] of 3 parts lie in the bucket already/);
    const first = events.find((event) => event.kind === 'progress' && event.step === 'UPLOAD');
    expect(first).toMatchObject({ done: expect.any(Number) });
    await expectWhole(distribution.url, distribution.checksum);
    const after = await bench.bucketState();
    expect(after).toMatchObject({ uploads: [], deleteMarkers: 0 });
    expect(after.versions).toHaveLength(before.versions.length + 1);
    expect(after.checksums.filter((one) => one.startsWith(checksumsKey(left.key)))).toHaveLength(1);
    expect(await bench.tempFolders()).toEqual([]);
    expect(await large.leftovers(signal)).toEqual([]);
  });

  it('is begun anew where its parts are gone', async () => {
    const { left } = await cutInTheMiddle();
    const s3 = await bench.aws.s3(region);
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bench.bucket }));
    for (const { Key, UploadId } of Uploads) {
      await s3.send(new AbortMultipartUploadCommand({ Bucket: bench.bucket, Key, UploadId }));
    }
    bench.fault(() => undefined);
    const { distribution, events } = await resumed(large, left.id);
    expect(partsSent()).toBe(3);
    expect(notes(events)).toContain('no longer there');
    await expectWhole(distribution.url, distribution.checksum);
  });

  it('is finished and removed by those who may list neither parts nor uploads', async () => {
    const { before, left } = await cutInTheMiddle();
    const forbid = ({ operation }: { operation: string }) =>
      operation === 'ListParts' || operation === 'ListMultipartUploads'
        ? ({ kind: 'error', code: 'AccessDenied', status: 403 } as const)
        : undefined;
    bench.fault(forbid);
    const [known] = await large.leftovers(signal);
    expect(known?.uploaded).toBeUndefined();
    const { distribution } = await resumed(large, left.id);
    expect(partsSent()).toBe(3);
    await expectWhole(distribution.url, distribution.checksum);
    bench.fault(() => undefined);
    bench.clock.advance(60_000);
    const again = await cutInTheMiddle();
    bench.fault(forbid);
    await large.cleanUp(again.left.id, signal);
    bench.fault(() => undefined);
    const after = await bench.bucketState();
    expect(after.uploads).toEqual([]);
    expect(after.versions).toHaveLength(before.versions.length + 1);
  });

  it('is removed by the next run where it was to be removed and could not be', async () => {
    const { before, left } = await cutInTheMiddle();
    bench.fault(({ operation }) =>
      operation === 'AbortMultipartUpload' ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
    );
    await expect(large.cleanUp(left.id, signal)).rejects.toMatchObject({ kind: 'permission' });
    bench.fault(() => undefined);
    expect(await large.leftovers(signal)).toEqual([]);
    await shipped(large, { buildIds: ['claude-code-auth-linux-x64-build:none'] });
    expect(await bench.bucketState()).toEqual(before);
    expect(await bench.tempFolders()).toEqual([]);
  });

  it('does not put the record back to it where a newer package was recorded since', async () => {
    const { left } = await cutInTheMiddle();
    bench.clock.advance(60_000);
    const { distribution: newer } = await shipped(bench.distributions);
    const { distribution, events } = await resumed(large, left.id);
    expect(distribution).toMatchObject({ packageKey: left.key, isUnrecorded: true });
    expect((await bench.distributions.latest(signal))?.packageKey).toBe(newer?.packageKey);
    const recorded = events.find(
      (event) => event.kind === 'step' && event.step === 'RECORD' && 'detail' in event,
    );
    expect(recorded).toMatchObject({
      detail: expect.stringContaining(`points to ${newer?.packageKey}, which is newer`),
    });
    await expectWhole(distribution.url, distribution.checksum);
    const listed = (await bench.distributions.list(signal)).find(({ key }) => key === left.key);
    expect(listed).toMatchObject({ state: 'valid' });
    expect(await bench.tempFolders()).toEqual([]);
  });

  it('is removed whole where that is chosen', async () => {
    const { before, left } = await cutInTheMiddle();
    await large.cleanUp(left.id, signal);
    expect(await bench.bucketState()).toEqual(before);
    expect(await bench.tempFolders()).toEqual([]);
    await expect(large.cleanUp(left.id, signal)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('is kept for another go where it is lost again, and removed where that is cancelled', async () => {
    const { before, left } = await cutInTheMiddle();
    bench.fault(({ operation }) =>
      operation === 'CompleteMultipartUpload' ? { kind: 'drop', when: 'before' } : undefined,
    );
    const again = await toItsEnd(large.resume(left.id, {}, signal));
    expect(again.error).toMatchObject({ kind: 'network' });
    bench.fault(() => undefined);
    const [still] = await large.leftovers(signal);
    expect(still).toMatchObject({ key: left.key, uploaded: left.size });
    const cancel = new AbortController();
    await toItsEnd(large.resume(still?.id ?? '', {}, cancel.signal), (event) => {
      if (event.kind === 'step' && event.step === 'VERIFY') cancel.abort();
    });
    expect(await bench.bucketState()).toEqual(before);
    expect(await bench.tempFolders()).toEqual([]);
  });

  it('is removed where its finishing is cancelled before it came to the upload', async () => {
    const { before, left } = await cutInTheMiddle();
    const cancel = new AbortController();
    await toItsEnd(large.resume(left.id, {}, cancel.signal), () => cancel.abort());
    expect(await bench.bucketState()).toEqual(before);
    expect(await bench.tempFolders()).toEqual([]);
  });

  it('is finished by one of two that want to', async () => {
    const { left } = await cutInTheMiddle();
    const ends = await Promise.all([1, 2].map(() => toItsEnd(large.resume(left.id, {}, signal))));
    expect(ends.map(({ distribution }) => distribution?.packageKey ?? 'none').sort()).toEqual(
      ['none', left.key].sort(),
    );
    expect(ends.find(({ error }) => error !== undefined)?.error).toMatchObject({ kind: 'not-found' });
  });

  it.each([
    ['changed', (zip: string) => truncate(zip, 100)],
    ['no longer', (zip: string) => rm(zip)],
  ])('can only be cleaned up where its package on disk is %s', async (why, change) => {
    const { before, left } = await cutInTheMiddle();
    await change(await zipOf(left.id));
    const [now] = await large.leftovers(signal);
    expect(now?.hopeless).toContain(why);
    const { error } = await toItsEnd(large.resume(left.id, {}, signal));
    expect(error).toMatchObject({ message: expect.stringContaining(why) });
    await large.cleanUp(left.id, signal);
    expect(await bench.bucketState()).toEqual(before);
  });

  it('is refused, and taken back, where its package on disk has other bytes', async () => {
    const { before, left } = await cutInTheMiddle();
    await writeFile(await zipOf(left.id), Buffer.alloc(left.size, 'x'));
    const { error } = await toItsEnd(large.resume(left.id, {}, signal));
    expect(error).toMatchObject({ message: 'The package on disk changed while it was being uploaded.' });
    expect(await bench.bucketState()).toEqual(before);
  });

  it('of another account is not offered', async () => {
    const { before, left } = await cutInTheMiddle();
    const other = bench.withDeps({ deployment: { ...bench.deployment, parameterName: '/another' } });
    expect(await other.leftovers(signal)).toEqual([]);
    await large.cleanUp(left.id, signal);
    expect(await bench.bucketState()).toEqual(before);
  });
});

describe('a package on disk that changes during its upload', () => {
  it.each([
    ['became shorter', (zip: string) => truncate(zip, partBytes)],
    ['changed', (zip: string) => writeFile(zip, Buffer.alloc(2 * partBytes + 50_000))],
  ])('is refused where it %s, and nothing stays', async (how, change) => {
    const before = await bench.bucketState();
    let changed: Promise<void> | undefined;
    bench.fault(({ operation }) => {
      if (operation !== 'CreateMultipartUpload' || changed) return undefined;
      changed = (async () => {
        const [id] = await bench.tempFolders();
        await change(await zipOf(id ?? ''));
      })();
      return { kind: 'delay', until: changed };
    });
    const { error } = await shipped(large, { packagePath: folder });
    expect(error).toMatchObject({ kind: 'failed', message: expect.stringMatching(/package on disk/) });
    if (how === 'became shorter') expect((error as Error).message).toContain(how);
    expect(await bench.bucketState()).toEqual(before);
    expect(await bench.tempFolders()).toEqual([]);
  });
});
