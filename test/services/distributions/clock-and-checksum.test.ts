import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { type AwsClients, createAwsClients } from '../../../src/services/aws-clients.ts';
import { systemClock } from '../../../src/services/clock.ts';
import type { DistributionsDeps } from '../../../src/services/distributions/deps.ts';
import { makeLink } from '../../../src/services/distributions/link.ts';
import { signedSource } from '../../../src/services/distributions/verify/signed-source.ts';
import { sameStoredChecksum } from '../../../src/services/distributions/verify/stored-checksum.ts';
import { verify } from '../../../src/services/distributions/verify/verify.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

const region = 'us-east-1';
const bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';
const key = 'packages/20261120-103000/claude-code-package-20261120-103000.zip';
const hour = 3_600_000;
const signal = new AbortController().signal;

let sandbox: TestSandbox | undefined;
let aws: AwsClients | undefined;
afterEach(async () => {
  aws?.close();
  await sandbox?.close();
});

/** S3 whose clock is ahead of this machine's, and refuses requests more than a quarter of an hour off, as it does. */
async function s3Ahead(aheadMs: number) {
  sandbox = await startTestSandbox({
    clock: { ...systemClock, now: () => systemClock.now() + aheadMs },
    maxSkewMs: 15 * 60_000,
  });
  const { endpoint, credentials } = sandbox.info;
  aws = createAwsClients({
    clock: systemClock,
    random: () => 0,
    version: 'test',
    endpointUrl: endpoint,
    credentials,
  });
  return aws;
}

describe('a machine whose clock is hours off', () => {
  it.each([
    ['behind', 5 * hour],
    ['ahead of', -5 * hour],
  ])('that is %s S3 gets through, and makes a link that lives as long as it says', async (way, ahead) => {
    const clients = await s3Ahead(ahead);
    const put = () =>
      clients.call({ doing: 'Uploading', action: 's3:PutObject' }, signal, async (abortSignal) =>
        (await clients.s3(region)).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'package' }), {
          abortSignal,
        }),
      );
    const { VersionId } = await put();
    const notes: string[] = [];
    const { url, life } = await makeLink(
      { aws: clients, clock: systemClock, deployment: {} } as unknown as DistributionsDeps,
      { region, bucket, key, filename: 'package.zip' },
      { versionId: VersionId, clockAheadMs: ahead },
      1,
      { who: 'session' },
      {
        step: 'LINK',
        signal,
        clock: systemClock,
        emit: (event) => event.kind === 'note' && notes.push(event.text),
      },
    );
    expect(notes.join()).toContain(`clock is ${Math.abs(ahead) / 1000} s ${way} S3’s`);
    expect(await (await fetch(url)).text()).toBe('package');
    // S3 counts from the date in the signature, by its own clock.
    const signedAt = new URL(url).searchParams.get('X-Amz-Date');
    expect(signedAt).toBe(`${new Date(life.signedAt).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`);
    expect(Math.abs(life.expiresAt - (systemClock.now() + ahead + hour))).toBeLessThan(60_000);
  });
});

describe('the checksum that S3 keeps', () => {
  const MiB = 1024 ** 2;
  const parts = [Buffer.alloc(8 * MiB, 'a'), Buffer.alloc(1_000, 'b')];
  const whole = Buffer.concat(parts);
  const packed = { size: whole.length, sha256: createHash('sha256').update(whole).digest('hex') };

  async function uploaded(clients: AwsClients, bodies: readonly Buffer[]): Promise<string | undefined> {
    const s3 = await clients.s3(region);
    const at = { Bucket: bucket, Key: key };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }),
    );
    const done = [];
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1;
      const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
      const { ETag } = await s3.send(
        new UploadPartCommand({ ...at, UploadId, PartNumber, Body, ChecksumSHA256 }),
      );
      done.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    const completed = await s3.send(
      new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: done } }),
    );
    return completed.VersionId;
  }

  it('is that of the parts that were sent, or the package is refused', async () => {
    const clients = await s3Ahead(0);
    const sums = parts.map((part) => createHash('sha256').update(part).digest('base64'));
    const compare = (versionId: string | undefined, known?: readonly string[]) =>
      sameStoredChecksum(
        { aws: clients },
        { region, bucket, key, versionId },
        known ? { ...packed, parts: known } : packed,
        signal,
      );
    const versionId = await uploaded(clients, parts);
    expect(await compare(versionId, sums)).toBe(true);
    // Nothing to compare with.
    expect(await compare(versionId)).toBe(false);
    expect(await compare(versionId, [...sums, ...sums])).toBe(false);
    const other = await uploaded(clients, [Buffer.alloc(8 * MiB, 'a'), Buffer.alloc(1_000, 'c')]);
    await expect(compare(other, sums)).rejects.toMatchObject({
      message: expect.stringContaining('another checksum'),
    });
  });

  it('vouches for what was read back in part, where it is known of all parts', async () => {
    const clients = await s3Ahead(0);
    const sums = parts.map((part) => createHash('sha256').update(part).digest('base64'));
    const object = { region, bucket, key, versionId: await uploaded(clients, parts) };
    const dir = await mkdtemp(join(tmpdir(), 'ccwb-checksum-'));
    const file = join(dir, 'package.zip');
    await writeFile(file, whole);
    const deps = { aws: clients, clock: systemClock, deployment: {} } as unknown as DistributionsDeps;
    const context = { step: 'VERIFY' as const, signal, clock: systemClock, emit: () => {} };
    const target = { region, bucket, key, filename: 'package.zip' };
    const uploadedAs = { versionId: object.versionId, clockAheadMs: 0 };
    const { url, credentials } = await makeLink(deps, target, uploadedAs, 1, { who: 'session' }, context);
    const verified = (known: readonly string[]) => {
      const given = { url, object, credentials, file, wholeUpTo: MiB };
      return verify(deps, { ...given, packed: { ...packed, parts: known } }, context);
    };
    expect(await verified(sums)).toContain('S3’s own sha256 is that of what was packed');
    expect(await verified([])).not.toContain('sha256');
    await expect(verified(sums.toReversed())).rejects.toMatchObject({
      message: expect.stringContaining('another checksum'),
    });
    await rm(dir, { recursive: true });
  });

  it('of one that was sent whole is its own, where S3 keeps it', async () => {
    const clients = await s3Ahead(0);
    const s3 = await clients.s3(region);
    const put = async (Body: Buffer, checksum: object) =>
      (await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ...checksum }))).VersionId;
    const compare = (versionId: string | undefined) =>
      sameStoredChecksum({ aws: clients }, { region, bucket, key, versionId }, packed, signal);
    expect(await compare(await put(whole, { ChecksumAlgorithm: 'SHA256' }))).toBe(true);
    expect(await compare(await put(whole, {}))).toBe(false);
    const changed = await put(Buffer.from('other'), { ChecksumAlgorithm: 'SHA256' });
    await expect(compare(changed)).rejects.toMatchObject({ kind: 'failed' });
  });
});

describe('a signed request', () => {
  it('reads the very version and the very object it is to read', async () => {
    const clients = await s3Ahead(0);
    const s3 = await clients.s3(region);
    const put = (Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
    const { VersionId: versionId } = await put('the package');
    await put('another one');
    const { credentials } = sandbox?.info ?? {};
    if (!credentials) throw new Error('no sandbox');
    const source = signedSource({ aws: clients }, { region, bucket, key, versionId }, credentials);
    const answer = await source({ from: 4, to: 6 }, undefined, signal);
    expect(answer).toMatchObject({ kind: 'open', from: 4, total: 'the package'.length });
    if (answer.kind === 'open') expect(await text(answer.body)).toBe('pac');
    await expect(source({ from: 0, to: 1 }, '"of another"', signal)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });
});
