import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { distributionSteps } from '../../../src/domain/distribution.ts';
import { goodArtifact, leaving, region, type ShipBench, ship, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
let made: Awaited<ReturnType<typeof ship>>;
let buildId: string;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  ({ id: buildId } = await bench.build(leaving(goodArtifact())));
  made = await ship(bench.distributions);
});

afterAll(() => bench.close());

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

type Packed = { mode: number; text: string };

async function unzipped(bytes: Buffer): Promise<Map<string, Packed>> {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const files = new Map<string, Packed>();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
    const mode = (entry.externalFileAttributes >>> 16) & 0o7777;
    files.set(entry.fileName, { mode, text: Buffer.concat(chunks).toString() });
  }
  return files;
}

describe('a distribution', () => {
  it('takes the seven steps in order', () => {
    const steps = made.events.flatMap((event) =>
      event.kind === 'step' ? [`${event.step} ${event.state}`] : [],
    );
    expect(steps).toEqual(distributionSteps.flatMap((step) => [`${step} started`, `${step} done`]));
    expect(made.events.at(-1)?.kind).toBe('done');
  });

  it('says how far it is, up to the last byte, and never goes back', () => {
    for (const step of ['COLLECT', 'PACK', 'UPLOAD', 'VERIFY'] as const) {
      const progress = made.events.filter((event) => event.kind === 'progress' && event.step === step);
      const last = progress.at(-1);
      expect(last).toMatchObject({ kind: 'progress', step });
      if (last?.kind === 'progress') expect(last.done).toBe(last.total);
    }
  });

  it('gives a link that anybody can download, with the bytes it promises and a name to save them by', async () => {
    const { url, checksum, size, filename } = made.distribution;
    const response = await fetch(url);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${filename}"`);
    expect(bytes.length).toBe(size);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(checksum);
  });

  it('packs all files under one folder, with their modes, and checksums that are right', async () => {
    const files = await unzipped(await download(made.distribution.url));
    const root = 'claude-code-package/';
    expect([...files.keys()]).toEqual(
      [
        'README.md',
        'checksums.txt',
        'claude-settings/settings.json',
        'config.json',
        'credential-process-linux-x64',
        'install.bat',
        'install.sh',
        'otel-helper-linux-x64',
      ].map((name) => root + name),
    );
    expect(files.get(`${root}credential-process-linux-x64`)).toEqual({
      mode: 0o755,
      text: goodArtifact()['credential-process-linux-x64'],
    });
    expect(files.get(`${root}install.sh`)?.mode).toBe(0o755);
    expect(files.get(`${root}config.json`)?.mode).toBe(0o644);
    const sums = files.get(`${root}checksums.txt`)?.text.trim().split('\n') ?? [];
    expect(sums).toHaveLength(files.size - 1);
    for (const line of sums) {
      const [sum, path] = line.split('  ');
      const { text } = files.get(root + path) ?? { text: '' };
      expect(createHash('sha256').update(text).digest('hex')).toBe(sum);
    }
  });

  it('lies where ccwb looks for it, with its metadata', async () => {
    const { packageKey, checksum, versionId, filename } = made.distribution;
    expect(packageKey).toMatch(/^packages\/\d{8}-\d{6}\/claude-code-package-\d{8}-\d{6}\.zip$/);
    expect(packageKey.endsWith(filename)).toBe(true);
    const head = await (await bench.aws.s3(region)).send(
      new HeadObjectCommand({ Bucket: bench.bucket, Key: packageKey }),
    );
    expect(head.VersionId).toBe(versionId);
    expect(head.ContentType).toBe('application/zip');
    expect(head.Metadata).toMatchObject({
      checksum,
      profile: 'sandbox',
      created: expect.stringMatching(/\+00:00$/),
    });
  });

  it('is recorded in ccwb’s words, encrypted', async () => {
    const { url, packageKey, checksum, filename, expiresAt } = (await ship(bench.distributions)).distribution;
    const answer = await (await bench.aws.ssm(region)).send(
      new GetParameterCommand({ Name: bench.deployment.parameterName, WithDecryption: true }),
    );
    expect(answer.Parameter?.Type).toBe('SecureString');
    const record = JSON.parse(answer.Parameter?.Value ?? '');
    expect(record).toMatchObject({ url, package_key: packageKey, checksum, filename });
    expect(Date.parse(record.expires)).toBe(expiresAt);
  });

  it('is the latest, and is listed with the state of its link', async () => {
    const { distribution } = await ship(bench.distributions);
    const { url, packageKey, expiresAt, checksum, size } = distribution;
    expect(await bench.distributions.latest(signal)).toMatchObject({ url, packageKey, expiryHasZone: true });
    expect(await bench.distributions.list(signal)).toContainEqual(
      expect.objectContaining({
        key: packageKey,
        url,
        expiresAt,
        checksum,
        size,
        state: 'valid',
        profile: 'sandbox',
      }),
    );
  });

  it('names the build it comes from and what was verified', () => {
    const { builds, verified, expiryCause, files } = made.distribution;
    expect(builds).toEqual([buildId]);
    expect(verified).toContain('sha256');
    expect(expiryCause).toBe('asked');
    expect(files.find(({ path }) => path.startsWith('otel'))?.origin).toBe(`build ${buildId}`);
    expect(files.find(({ path }) => path === 'install.sh')?.origin).toBe('made from the profile');
  });

  it('links to the very version, whatever is put under its key later', async () => {
    const { distribution } = await ship(bench.distributions);
    await bench.put({ Key: distribution.packageKey, Body: 'something else' });
    expect((await download(distribution.url)).length).toBe(distribution.size);
  });

  it('leaves nothing in the temporary folder', async () => {
    expect(await bench.tempFolders()).toEqual([]);
  });

  it('makes the same bytes of the same files, and packages of one second have names of their own', async () => {
    const [first, second] = [await ship(bench.distributions), await ship(bench.distributions)];
    expect(second.distribution.checksum).toBe(first.distribution.checksum);
    expect(second.distribution.packageKey).not.toBe(first.distribution.packageKey);
    const { Body } = await (await bench.aws.s3(region)).send(
      new GetObjectCommand({ Bucket: bench.bucket, Key: first.distribution.packageKey }),
    );
    expect(Body).toBeDefined();
  });

  it('lists packages with links nobody knows of, newest first', async () => {
    bench.clock.advance(60_000);
    await bench.put({ Key: 'packages/windows/latest.zip', Body: 'x' });
    await bench.put({ Key: 'packages/notes.txt', Body: 'x' });
    const list = await bench.distributions.list(signal);
    expect(list[0]).toMatchObject({
      key: 'packages/windows/latest.zip',
      state: 'unknown',
      filename: 'latest.zip',
    });
    expect(list.some(({ key }) => key.endsWith('.txt'))).toBe(false);
    const times = list.map(({ modifiedAt }) => modifiedAt);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });
});

describe('an account without distributions', () => {
  it('has no latest one and an empty list', async () => {
    const empty = bench.withDeps({
      deployment: { ...bench.deployment, parameterName: '/claude-code/nobody/distribution/latest' },
    });
    expect(await empty.latest(signal)).toBeUndefined();
  });
});
