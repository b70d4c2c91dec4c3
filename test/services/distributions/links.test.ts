import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Distribution, DistributionEvent, PackageEntry } from '../../../src/domain/distribution.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import type { FaultCall } from '../../../src/sandbox/faults.ts';
import type { DistributionsDeps } from '../../../src/services/distributions/distributions.ts';
import { goodArtifact, leaving, notes, region, type ShipBench, ship, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
let folder: string;
const signal = new AbortController().signal;
const say = () => {};

async function open(): Promise<void> {
  bench = await startShipBench();
  folder = await mkdtemp(join(tmpdir(), 'ccwb-links-'));
  await bench.build(leaving(goodArtifact()));
}

async function close(): Promise<void> {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
}

/** One account for tests that each look at packages of their own. */
function sharedAccount(): void {
  beforeAll(open);
  afterAll(close);
  beforeEach(() => bench.fault(() => undefined));
}

/** An account for each test, which it may empty. */
function freshAccount(): void {
  beforeEach(open);
  afterEach(close);
}

/** Every call of these operations is refused from now on. */
function deny(...operations: string[]): void {
  bench.fault(({ operation }: FaultCall) =>
    operations.includes(operation) ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
  );
}

/** Who asks is not known where GetCallerIdentity is refused. */
const notAsked = { identity: undefined } as unknown as Partial<DistributionsDeps>;

/** Another administrator's machine: the same account, a ledger of its own. */
function bob(): DistributionsService {
  return bench.withDeps({
    ledgerDir: `${bench.ledgerDir}-bob/`,
    identity: { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/bob', userId: 'B' },
  });
}

async function made(service = bench.distributions, hours = 48): Promise<Distribution> {
  bench.clock.advance(60_000);
  return (await ship(service, { expiresHours: hours })).distribution;
}

async function listed(key: string, service = bench.distributions): Promise<PackageEntry> {
  const entry = (await service.list(signal)).find((it) => it.key === key);
  if (!entry) throw new Error(`${key} is not listed`);
  return entry;
}

async function renewed(
  key: string,
  hours = 24,
  service = bench.distributions,
): Promise<{ events: DistributionEvent[]; distribution: Distribution; record: string }> {
  const events: DistributionEvent[] = [];
  for await (const event of service.links.renew(key, { expiresHours: hours }, signal)) events.push(event);
  const done = events.find((event) => event.kind === 'done');
  if (done?.kind !== 'done') throw new Error('no link was made');
  const recorded = events.find(
    (event) => event.kind === 'step' && event.step === 'RECORD' && event.state === 'done',
  );
  const record = recorded?.kind === 'step' && recorded.state === 'done' ? recorded.detail : '';
  return { events, distribution: done.distribution, record };
}

const statusOf = async (url: string) => (await fetch(url)).status;

const deleteMarker = async (key: string) =>
  (await bench.aws.s3(region)).send(new DeleteObjectCommand({ Bucket: bench.bucket, Key: key }));

const policy = async () =>
  (await bench.aws.s3(region))
    .send(new GetBucketPolicyCommand({ Bucket: bench.bucket }))
    .then(({ Policy }) => Policy ?? '')
    .catch(() => '');

describe('the list', () => {
  sharedAccount();

  it('remembers every link, though the record knows the newest only', async () => {
    const first = await made();
    const second = await made();
    expect(await listed(first.packageKey)).toMatchObject({
      state: 'valid',
      url: first.url,
      checksum: first.checksum,
      platforms: ['linux-x64'],
      builds: first.builds,
      by: 'arn:aws:iam::123456789012:user/alice',
    });
    const newest = await listed(second.packageKey);
    expect(newest).toMatchObject({ state: 'valid', isRecorded: true });
    expect(newest.links).toHaveLength(1);
    bench.clock.advance(43 * 3_600_000);
    expect((await listed(first.packageKey)).state).toBe('expiring');
    bench.clock.advance(6 * 3_600_000);
    expect((await listed(first.packageKey)).state).toBe('expired');
  });

  it('tells another administrator who made a package, of which builds and for which platforms', async () => {
    const first = await made();
    await made();
    expect(await listed(first.packageKey, bob())).toMatchObject({
      state: 'unknown',
      by: 'arn:aws:iam::123456789012:user/alice',
      builds: first.builds,
      platforms: ['linux-x64'],
      checksum: first.checksum,
    });
  });

  it('has the newest made first for everybody, however long its upload took', async () => {
    const first = await made();
    const second = await made();
    const bytes = new Uint8Array(await (await fetch(first.url)).arrayBuffer());
    bench.clock.advance(3_600_000);
    // An older run that was finished late.
    const stamp = '20261120-103500';
    const created = '2026-11-20T10:35:00+00:00';
    const Key = `packages/${stamp}/claude-code-package-${stamp}.zip`;
    await bench.put({ Key, Body: bytes, Metadata: { checksum: first.checksum, created } });
    const order = [second.packageKey, first.packageKey, Key];
    for (const service of [bench.distributions, bob()]) {
      const keys = (await service.list(signal)).map(({ key }) => key);
      expect(keys.filter((key) => order.includes(key))).toEqual(order);
    }
    await bench.put({ Key, Body: bytes, Metadata: { created: '2099-01-01T00:00:00Z' } });
    expect((await listed(Key)).createdAt).toBeUndefined();
  });

  it('knows that a delete marker does not end a pinned link', async () => {
    const { packageKey, url } = await made();
    await deleteMarker(packageKey);
    expect(await listed(packageKey)).toMatchObject({ state: 'valid', covered: 'deleted', url });
    expect(await statusOf(url)).toBe(200);
  });

  it('knows that a link serves the version below another object', async () => {
    const { packageKey, size } = await made();
    await bench.put({ Key: packageKey, Body: 'something else' });
    expect(await listed(packageKey)).toMatchObject({ state: 'valid', covered: 'replaced', size });
  });

  it('shows what is gone as gone, and still what it was', async () => {
    const { packageKey, versionId, checksum } = await made();
    await (await bench.aws.s3(region)).send(
      new DeleteObjectCommand({ Bucket: bench.bucket, Key: packageKey, VersionId: versionId }),
    );
    expect(await listed(packageKey)).toMatchObject({ state: 'gone', checksum });
    bench.clock.advance(366 * 24 * 3_600_000);
    await made();
    expect((await bench.distributions.list(signal)).map(({ key }) => key)).not.toContain(packageKey);
  });

  it('asks for each version where versions may not be listed', async () => {
    const first = await made();
    const second = await made();
    await deleteMarker(first.packageKey);
    await (await bench.aws.s3(region)).send(
      new DeleteObjectCommand({
        Bucket: bench.bucket,
        Key: second.packageKey,
        VersionId: second.versionId,
      }),
    );
    deny('ListObjectVersions');
    // What is refused is not asked for a second time: by a service of its own.
    const service = bench.withDeps({});
    expect(await listed(first.packageKey, service)).toMatchObject({ state: 'valid' });
    expect(await listed(second.packageKey, service)).toMatchObject({ state: 'gone' });
  });

  it('verifies a landing page’s package by a signed request, and says what it is', async () => {
    const windows = 'packages/windows/latest.zip';
    const mac = 'packages/mac/latest.zip';
    const checksum = createHash('sha256').update('x').digest('hex');
    await bench.put({ Key: windows, Body: 'x' });
    await bench.put({ Key: mac, Body: 'x', Metadata: { checksum } });
    const landing = bench.withDeps({
      deployment: { ...bench.deployment, landingPageUrl: 'https://get.example.com' },
    });
    const page = 'published for windows on the landing page https://get.example.com';
    const unknown = await landing.links.verify({ key: windows }, say, signal);
    expect(unknown).toMatchObject({ verdict: 'unknown', checksum, detail: expect.stringContaining(page) });
    expect(unknown.detail).toContain(`sha256 ${checksum}; what it should be is not recorded.`);
    const same = await landing.links.verify({ key: mac }, say, signal);
    expect(same).toMatchObject({ verdict: 'same', detail: expect.stringContaining('sha256 as recorded.') });
  });

  it('names a landing page’s packages and where the page is', async () => {
    await bench.put({
      Key: 'packages/windows/latest.zip',
      Body: 'x',
      Metadata: { release_date: '2026-11-20', profile: 'sandbox' },
    });
    const landing = bench.withDeps({
      deployment: { ...bench.deployment, landingPageUrl: 'https://get.example.com' },
    });
    expect(await listed('packages/windows/latest.zip', landing)).toMatchObject({
      state: 'unknown',
      url: 'https://get.example.com',
      landingPage: { platform: 'windows', url: 'https://get.example.com', released: '2026-11-20' },
    });
  });
});

describe('the ledger', () => {
  freshAccount();

  it('is that of the bucket, whoever asks is known or not', async () => {
    const { packageKey, url } = await made();
    const nobody = bench.withDeps({ ...notAsked });
    expect(await listed(packageKey, nobody)).toMatchObject({ state: 'valid', url });
    const second = await made(nobody);
    await made();
    expect(await listed(second.packageKey)).toMatchObject({ state: 'valid', url: second.url });
    expect(await readdir(bench.ledgerDir)).toEqual([`${bench.bucket}.json`]);
  });

  it('is read where it was named by its account too, until it is written', async () => {
    const { packageKey, url } = await made();
    await made();
    const [name = ''] = await readdir(bench.ledgerDir);
    await rename(join(bench.ledgerDir, name), join(bench.ledgerDir, `123456789012-${name}`));
    expect(await listed(packageKey)).toMatchObject({ state: 'valid', url });
    await made();
    expect(await listed(packageKey)).toMatchObject({ state: 'valid', url });
  });

  it('remembers of the record that it was revoked, and not of what was made since', async () => {
    const { packageKey, url } = await made();
    expect(await bench.distributions.latest(signal)).not.toHaveProperty('revokedAt');
    deny('PutParameter', 'DeleteParameter');
    await bench.distributions.links.revoke(packageKey, {}, say, signal);
    expect(await bench.distributions.latest(signal)).toMatchObject({
      url,
      revokedAt: expect.any(Number),
    });
    bench.fault(() => undefined);
    await made();
    expect(await bench.distributions.latest(signal)).not.toHaveProperty('revokedAt');
  });
});

describe('a broken ledger', () => {
  freshAccount();

  it('is named, done without, and put aside before anything is written', async () => {
    const { packageKey } = await made();
    const [name = ''] = await readdir(bench.ledgerDir);
    await writeFile(join(bench.ledgerDir, name), '{"entries": [{"key": 1}]}');
    const said: string[] = [];
    const list = await bench.distributions.list(signal, (text) => said.push(text));
    expect(list.map(({ key }) => key)).toContain(packageKey);
    expect(said.join()).toContain(`${join(bench.ledgerDir, name)} is broken: entries.0.`);
    expect(await readFile(join(bench.ledgerDir, name), 'utf8')).toBe('{"entries": [{"key": 1}]}');
    bench.clock.advance(60_000);
    const { events } = await ship(bench.distributions);
    expect(notes(events)).toContain('was put aside');
    const files = await readdir(bench.ledgerDir);
    const aside = files.find((it) => it.includes('broken')) ?? '';
    expect(await readFile(join(bench.ledgerDir, aside), 'utf8')).toBe('{"entries": [{"key": 1}]}');
    expect(files).toHaveLength(2);
  });
});

describe('renewing', () => {
  sharedAccount();

  it('links to the same version anew, without an upload, and says its true end', async () => {
    const { packageKey, url, checksum, versionId } = await made(bench.distributions, 1);
    bench.clock.advance(2 * 3_600_000);
    bench.fault(() => undefined);
    const { distribution, events } = await renewed(packageKey, 24);
    expect(bench.calls()).not.toContain('PutObject');
    expect(distribution).toMatchObject({ packageKey, checksum, versionId, expiryCause: 'asked' });
    expect(distribution.expiresAt - bench.clock.now()).toBeCloseTo(24 * 3_600_000, -4);
    expect(distribution.url).not.toBe(url);
    expect(await statusOf(distribution.url)).toBe(200);
    const steps = events.flatMap((event) => (event.kind === 'step' ? [`${event.step} ${event.state}`] : []));
    expect(steps).toEqual(
      ['LINK', 'VERIFY', 'RECORD'].flatMap((step) => [`${step} started`, `${step} done`]),
    );
    const entry = await listed(packageKey);
    expect(entry).toMatchObject({ state: 'valid', url: distribution.url });
    expect(entry.links).toHaveLength(2);
    expect((await bench.distributions.latest(signal))?.url).toBe(distribution.url);
  });

  it('does not bring an older package back into the record', async () => {
    const first = await made();
    const second = await made();
    const { distribution, record, events } = await renewed(first.packageKey);
    expect(record).toContain('not written');
    expect(events.filter((event) => event.kind === 'note')).toEqual([]);
    expect(distribution.isUnrecorded).toBe(true);
    expect((await bench.distributions.latest(signal))?.packageKey).toBe(second.packageKey);
    expect((await renewed(second.packageKey)).record).toContain('the recorded package');
  });

  it('works for a package of another administrator', async () => {
    const { packageKey, checksum } = await made();
    const { distribution } = await renewed(packageKey, 24, bob());
    expect(distribution).toMatchObject({ checksum, platforms: ['linux-x64'] });
    expect(await listed(packageKey, bob())).toMatchObject({ state: 'valid', url: distribution.url });
  });

  it('refuses a package that is gone, and one whose bytes are not those recorded', async () => {
    const { packageKey, versionId } = await made();
    await (await bench.aws.s3(region)).send(
      new DeleteObjectCommand({ Bucket: bench.bucket, Key: packageKey, VersionId: versionId }),
    );
    await expect(renewed(packageKey)).rejects.toMatchObject({ kind: 'not-found' });
    await bench.put({
      Key: 'packages/20261101-000000/claude-code-package-20261101-000000.zip',
      Body: 'not what it says',
      Metadata: { checksum: 'ab'.repeat(32) },
    });
    await expect(
      renewed('packages/20261101-000000/claude-code-package-20261101-000000.zip'),
    ).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('not the package') });
  });

  it.each([
    { how: 'deleted', refused: '', kind: 'not-found' },
    { how: 'denied', refused: 'DeleteObject', kind: 'conflict' },
  ])(
    'is given up where somebody else revokes the package meanwhile: $how',
    async ({ how, refused, kind }) => {
      const first = await made();
      const second = await made();
      let looks = 0;
      let theirs: ReturnType<typeof bench.distributions.links.revoke> | undefined;
      bench.fault(({ operation }) => {
        if (operation === refused) return { kind: 'error', code: 'AccessDenied', status: 403 };
        if (operation === 'HeadObject') looks += 1;
        // The second look is the one right before the record.
        if (looks !== 2 || theirs) return undefined;
        theirs = bob().links.revoke(second.packageKey, {}, say, signal);
        return { kind: 'delay', until: theirs };
      });
      await expect(renewed(second.packageKey)).rejects.toMatchObject({ kind });
      expect(await theirs).toMatchObject({ how });
      const recorded = await bench.distributions.latest(signal);
      expect(recorded?.packageKey).not.toBe(second.packageKey);
      expect(await statusOf(first.url)).toBe(200);
    },
  );

  it('leaves the record and the ledger as they were where the link does not work', async () => {
    const { packageKey, url } = await made();
    deny('GetObject');
    await expect(renewed(packageKey)).rejects.toMatchObject({ kind: 'permission' });
    bench.fault(() => undefined);
    expect((await bench.distributions.latest(signal))?.url).toBe(url);
    expect((await listed(packageKey)).links).toHaveLength(1);
  });
});

describe('verifying', () => {
  sharedAccount();

  const check = (target: { key: string } | { url: string } | { file: string }) =>
    bench.distributions.links.verify(target, say, signal);

  it('reads a package through its link', async () => {
    const { packageKey, checksum, size, expiresAt } = await made();
    expect(await check({ key: packageKey })).toMatchObject({ verdict: 'same', checksum, size, expiresAt });
  });

  it('knows a link of ours, made here or by somebody else, and one that is nobody’s', async () => {
    const { url, checksum, packageKey } = await made();
    expect(await check({ url })).toMatchObject({ verdict: 'same', checksum });
    const { distribution } = await renewed(packageKey, 3, bob());
    expect(await check({ url: distribution.url })).toMatchObject({
      verdict: 'same',
      expiresAt: distribution.expiresAt,
    });
    expect(await check({ url: 'https://example.com/a.zip?X-Amz-Signature=1' })).toMatchObject({
      verdict: 'unknown',
    });
    await expect(check({ url: 'ftp://example.com/a.zip' })).rejects.toMatchObject({ kind: 'usage' });
  });

  it('says that a link has ended', async () => {
    const { url } = await made(bench.distributions, 1);
    bench.clock.advance(2 * 3_600_000);
    expect(await check({ url })).toMatchObject({
      verdict: 'dead',
      detail: expect.stringMatching(/HTTP 403.*expired/),
    });
  });

  it('tells times as the reader’s clock has them, and in UTC', async () => {
    const { packageKey } = await made();
    const inBerlin = bench.withDeps({ timeZone: 'Europe/Berlin' });
    const { detail } = await inBerlin.links.verify({ key: packageKey }, say, signal);
    expect(detail).toMatch(/works until \d+ Nov \d\d:\d\d \(2026-11-\d\d \d\d:\d\d UTC\)\.$/);
  });

  it('says plainly that a package is gone, or that it was revoked and when', async () => {
    const { packageKey, filename, versionId, url } = await made();
    await (await bench.aws.s3(region)).send(
      new DeleteObjectCommand({ Bucket: bench.bucket, Key: packageKey, VersionId: versionId }),
    );
    const gone = `${filename} is gone from the bucket: no link to it works.`;
    for (const target of [{ key: packageKey }, { url }]) {
      const { verdict, detail } = await check(target);
      expect({ verdict, detail }).toEqual({ verdict: 'dead', detail: `${gone} The link answers HTTP 404.` });
    }
    // Whoever signed it may not be told that.
    bench.fault(({ operation }) =>
      operation === 'GetObject' ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
    );
    expect((await check({ url })).detail).toBe(`${gone} The link answers HTTP 403.`);
    bench.fault(() => undefined);
    const other = await made();
    await bench.distributions.links.revoke(other.packageKey, {}, say, signal);
    const { verdict, detail } = await check({ key: other.packageKey });
    expect(verdict).toBe('dead');
    expect(detail).toMatch(/ was revoked, 2026-11-\d\d \d\d:\d\d UTC: no link to it works\./);
  });

  it('tells other bytes from the recorded ones', async () => {
    const { url } = await made();
    bench.fault(({ operation }) =>
      operation === 'GetObject' ? { kind: 'answer', status: 200, body: 'other' } : undefined,
    );
    expect(await check({ url })).toMatchObject({ verdict: 'different' });
  });

  it('compares a file of this machine: same, another, unknown', async () => {
    const { url, filename, checksum } = await made();
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    const path = join(folder, 'renamed.zip');
    await writeFile(path, bytes);
    expect(await check({ file: path })).toMatchObject({ verdict: 'same', checksum });
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path, bytes);
    expect(await check({ file: path })).toMatchObject({ verdict: 'different', entry: { filename } });
    await writeFile(join(folder, `${filename.replace('.zip', ' (1).zip')}`), 'cut off');
    expect(await check({ file: join(folder, `${filename.replace('.zip', ' (1).zip')}`) })).toMatchObject({
      verdict: 'different',
    });
    await writeFile(path, 'anything');
    expect(await check({ file: path })).toMatchObject({ verdict: 'unknown' });
    await expect(check({ file: join(folder, 'nothing.zip') })).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('downloading', () => {
  sharedAccount();
  beforeEach(async () => {
    folder = await mkdtemp(join(folder, 'x'));
  });

  const download = (key: string, overwrite = false) =>
    bench.distributions.links.download(key, { path: folder, overwrite }, say, signal);

  it('saves the very bytes under the package’s name, and not over a file unasked', async () => {
    const { packageKey, filename, checksum } = await made();
    expect(await download(packageKey)).toMatchObject({ path: join(folder, filename), checksum });
    const bytes = await readFile(join(folder, filename));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(checksum);
    await writeFile(join(folder, filename), 'mine');
    expect(await download(packageKey)).toBe('exists');
    expect(await readFile(join(folder, filename), 'utf8')).toBe('mine');
    expect(await download(packageKey, true)).toMatchObject({ checksum });
    expect(await readdir(folder)).toEqual([filename]);
  });

  it('saves nothing of other bytes or half of them, and goes on after a cut', async () => {
    const { packageKey, filename } = await made();
    bench.fault(({ operation }) =>
      operation === 'GetObject' ? { kind: 'answer', status: 200, body: 'other' } : undefined,
    );
    await expect(download(packageKey)).rejects.toMatchObject({ kind: 'failed' });
    expect(await readdir(folder)).toEqual([]);
    bench.fault(({ nth, operation }) =>
      operation === 'GetObject' && nth < 8 ? { kind: 'drop', when: 'after' } : undefined,
    );
    await download(packageKey);
    expect(await readdir(folder)).toEqual([filename]);
  });

  it('calls bytes damaged that do not have the checksum of S3, and tries again', async () => {
    const { packageKey, filename, checksum, size } = await made();
    const other = createHash('sha256').update('other').digest('base64');
    const headers = { 'content-length': String(size), 'x-amz-checksum-sha256': other };
    let times = 1;
    bench.fault(({ operation }) => {
      if (operation !== 'GetObject' || times <= 0) return undefined;
      times -= 1;
      return { kind: 'answer', status: 200, headers, body: 'x'.repeat(size) };
    });
    expect(await download(packageKey)).toMatchObject({ checksum });
    await rm(join(folder, filename));
    times = Number.POSITIVE_INFINITY;
    await expect(download(packageKey)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('came damaged'),
    });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('revoking', () => {
  freshAccount();

  const revoke = (key: string, service = bench.distributions) => service.links.revoke(key, {}, say, signal);

  it('kills every link to the very version, and has the record point to the one before', async () => {
    const first = await made();
    const second = await made();
    const again = (await renewed(second.packageKey)).distribution;
    const removal = await revoke(second.packageKey);
    expect(removal).toMatchObject({
      how: 'deleted',
      versions: 1,
      record: { kind: 'moved', key: first.packageKey },
    });
    expect(removal.answers.map(({ status }) => status)).toEqual([404, 404]);
    for (const { url } of [second, again]) expect(await statusOf(url)).toBe(404);
    expect(await bench.distributions.latest(signal)).toMatchObject({
      url: first.url,
      checksum: first.checksum,
      expiresAt: first.expiresAt,
    });
    expect(await statusOf(first.url)).toBe(200);
    expect((await listed(second.packageKey)).state).toBe('revoked');
    await expect(renewed(second.packageKey)).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('deletes the record where no other link works', async () => {
    const { packageKey } = await made();
    expect(await revoke(packageKey)).toMatchObject({ record: { kind: 'deleted' } });
    expect(await bench.distributions.latest(signal)).toBeUndefined();
  });

  it('is not fooled by a delete marker', async () => {
    const { packageKey, url } = await made();
    await deleteMarker(packageKey);
    expect(await statusOf(url)).toBe(200);
    await revoke(packageKey);
    expect(await statusOf(url)).toBe(404);
    expect(await bench.bucketState()).toMatchObject({ versions: [], deleteMarkers: 0 });
  });

  it('leaves what somebody else put under the key', async () => {
    const { packageKey, url } = await made();
    const other = await bench.put({ Key: packageKey, Body: 'something else' });
    const { remarks } = await revoke(packageKey);
    expect(remarks.join()).toContain('somebody else put');
    expect(await statusOf(url)).toBe(404);
    expect((await bench.bucketState()).versions).toEqual([`${packageKey} ${other}`]);
  });

  it('denies the links by the bucket’s policy where nothing may be deleted', async () => {
    const { packageKey, url } = await made();
    deny('DeleteObject');
    expect(await revoke(packageKey)).toMatchObject({ how: 'denied', record: { kind: 'deleted' } });
    expect(await statusOf(url)).toBe(403);
    expect(JSON.parse(await policy()).Statement).toHaveLength(1);
    expect((await listed(packageKey)).state).toBe('revoked');
    // Another machine reads it out of the policy.
    expect((await listed(packageKey, bob())).state).toBe('revoked');
    bench.fault(() => undefined);
    await bench.distributions.links.delete(packageKey, say, signal);
    expect(await policy()).toBe('');
  });

  it('says until when the link works where neither is permitted, and changes nothing', async () => {
    const { packageKey, url, expiresAt } = await made();
    deny('DeleteObject', 'PutBucketPolicy');
    const until = new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ');
    await expect(revoke(packageKey)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(`works until ${until} UTC`),
    });
    expect(await statusOf(url)).toBe(200);
    expect((await bench.distributions.latest(signal))?.url).toBe(url);
    expect((await listed(packageKey)).state).toBe('valid');
  });

  it('does not call a link revoked that still works after a minute', async () => {
    const { packageKey } = await made();
    bench.fault(({ operation }) =>
      operation === 'GetObject' ? { kind: 'answer', status: 200, body: 'still here' } : undefined,
    );
    const began = bench.clock.now();
    await expect(revoke(packageKey)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('still works'),
    });
    expect(bench.clock.now() - began).toBeGreaterThan(50_000);
    bench.fault(() => undefined);
    expect((await listed(packageKey)).state).toBe('gone');
  });

  it('tells what was done and what is not proven where the links cannot be asked', async () => {
    const first = await made();
    const second = await made();
    bench.fault(({ operation }) =>
      operation === 'GetObject' ? { kind: 'drop', when: 'before' } : undefined,
    );
    await expect(revoke(second.packageKey)).rejects.toMatchObject({
      kind: 'network',
      message: expect.stringMatching(/was deleted, but that its links are dead is not proven/),
    });
    bench.fault(() => undefined);
    expect((await bench.distributions.latest(signal))?.url).toBe(first.url);
    expect(await listed(second.packageKey)).toMatchObject({
      state: 'revoked',
      revokingSince: expect.anything(),
    });
    const again = await revoke(second.packageKey);
    expect(again).toMatchObject({ versions: 0, answers: [{ status: 404 }] });
    expect(again.already).toBeUndefined();
    expect((await listed(second.packageKey)).revokingSince).toBeUndefined();
  });

  it('corrects the record even where it is cancelled right after the deletion', async () => {
    const { packageKey } = await made();
    const cancel = new AbortController();
    bench.fault(({ operation }) => {
      if (operation === 'GetParameter' && bench.calls().includes('DeleteObject')) cancel.abort();
      return undefined;
    });
    await expect(bench.distributions.links.revoke(packageKey, {}, say, cancel.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    bench.fault(() => undefined);
    expect(await bench.distributions.latest(signal)).toBeUndefined();
  });

  it('kills a package of another administrator, whose list then says so', async () => {
    const { packageKey, url } = await made();
    expect(await revoke(packageKey, bob())).toMatchObject({ how: 'deleted' });
    expect(await statusOf(url)).toBe(404);
    expect((await listed(packageKey)).state).toBe('gone');
    expect((await listed(packageKey, bob())).state).toBe('revoked');
  });

  it('tells where the record could not be corrected', async () => {
    const { packageKey, url } = await made();
    deny('DeleteParameter');
    expect(await revoke(packageKey)).toMatchObject({
      how: 'deleted',
      record: { kind: 'wrong', why: expect.stringContaining('ssm:DeleteParameter') },
    });
    expect(await statusOf(url)).toBe(404);
  });

  it('does not say where the record points that it may not read', async () => {
    const { packageKey } = await made();
    await made();
    deny('GetParameter');
    expect(await revoke(packageKey)).toMatchObject({
      how: 'deleted',
      record: { kind: 'unread', why: expect.stringContaining('ssm:GetParameter') },
    });
  });
});

describe('what the landing page hands out', () => {
  freshAccount();

  it('is not revoked: a denial would shut out every later package there', async () => {
    const key = 'packages/windows/latest.zip';
    await bench.put({ Key: key, Body: 'x' });
    deny('DeleteObject');
    await expect(bench.distributions.links.revoke(key, {}, say, signal)).rejects.toMatchObject({
      kind: 'invalid',
      hint: expect.stringContaining(`links delete ${key}`),
    });
    expect(await policy()).toBe('');
    expect(await listed(key)).toMatchObject({ state: 'unknown' });
  });
});

describe('deleting', () => {
  freshAccount();

  it('leaves no version, marker or record of the package', async () => {
    const { packageKey, url } = await made();
    await bench.put({ Key: packageKey.replace(/[^/]+$/, 'checksums.txt'), Body: 'sums' });
    await deleteMarker(packageKey);
    const removal = await bench.distributions.links.delete(packageKey, say, signal);
    expect(removal).toMatchObject({ how: 'deleted', versions: 1, record: { kind: 'deleted' } });
    expect(await bench.bucketState()).toMatchObject({ versions: [], deleteMarkers: 0 });
    expect(await statusOf(url)).toBe(404);
    expect((await listed(packageKey)).state).toBe('gone');
    await expect(bench.distributions.links.delete(packageKey, say, signal)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('leaves a record alone that somebody else wrote meanwhile', async () => {
    const first = await made();
    const second = await made();
    await bench.distributions.links.delete(first.packageKey, say, signal);
    expect((await bench.distributions.latest(signal))?.url).toBe(second.url);
    expect(await statusOf(second.url)).toBe(200);
  });

  it('is refused as a whole where it is not permitted', async () => {
    const { packageKey, url } = await made();
    deny('DeleteObject');
    await expect(bench.distributions.links.delete(packageKey, say, signal)).rejects.toMatchObject({
      kind: 'permission',
    });
    expect(await statusOf(url)).toBe(200);
    expect((await bench.distributions.latest(signal))?.url).toBe(url);
  });
});

describe('a package that is restricted to addresses', () => {
  freshAccount();

  const elsewhere = ['127.0.0.2/32'];
  const restricted = async () => {
    bench.clock.advance(60_000);
    const options = { allowedIps: elsewhere, ask: async () => true };
    return (await ship(bench.distributions, options)).distribution;
  };

  it('is listed with them, also by another machine, and verified by a signed request', async () => {
    const { packageKey, url, checksum } = await restricted();
    expect((await listed(packageKey)).allowedIps).toEqual(elsewhere);
    expect((await listed(packageKey, bob())).allowedIps).toEqual(elsewhere);
    expect(await statusOf(url)).toBe(403);
    expect(await bench.distributions.links.verify({ key: packageKey }, say, signal)).toMatchObject({
      verdict: 'same',
      checksum,
      detail: expect.stringMatching(/works from 127\.0\.0\.2.*signed request/),
    });
  });

  it('stays so when its link is renewed, and loses its statement when it is revoked', async () => {
    const { packageKey } = await restricted();
    const { distribution } = await renewed(packageKey);
    expect(distribution.allowedIps).toEqual(elsewhere);
    expect(await statusOf(distribution.url)).toBe(403);
    expect(await bench.distributions.links.revoke(packageKey, {}, say, signal)).toMatchObject({
      how: 'deleted',
      remarks: [expect.stringContaining('removed from the policy')],
    });
    expect(await policy()).toBe('');
  });

  it('gets no link while nobody can see whether that holds', async () => {
    const { packageKey, url } = await restricted();
    deny('GetBucketPolicy');
    await expect(renewed(packageKey)).rejects.toMatchObject({
      kind: 'permission',
      message: expect.stringContaining('none is made'),
    });
    bench.fault(() => undefined);
    expect((await bench.distributions.latest(signal))?.url).toBe(url);
  });

  it('can be opened to other addresses by a renewal', async () => {
    const { packageKey, url } = await restricted();
    const options = { expiresHours: 3, allowedIps: ['127.0.0.1'] };
    for await (const _event of bench.distributions.links.renew(packageKey, options, signal));
    expect((await listed(packageKey)).allowedIps).toEqual(['127.0.0.1/32']);
    expect(await statusOf(url)).toBe(200);
  });
});

describe('two administrators', () => {
  sharedAccount();

  it('lose no entry when they write their ledgers at the same moment', async () => {
    const services = [bench.distributions, bench.withDeps({}), bench.withDeps({})];
    const first = await made();
    await Promise.all(services.map((service) => renewed(first.packageKey, 5, service)));
    expect((await listed(first.packageKey)).links).toHaveLength(4);
  });
});
