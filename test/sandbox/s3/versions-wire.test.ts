import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendWire } from '../../support/front.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

const Bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';
const Key = 'packages/20261125-170000/a.zip';
let dataDir: string;
let sandbox: TestSandbox;
let s3: S3Client;

const open = async () => {
  sandbox = await startTestSandbox({ dataDir, port: 'kept' });
  const { endpoint, region, credentials } = sandbox.info;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
};
const close = async () => {
  s3.destroy();
  await sandbox.close();
};
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ccwb-versions-'));
  await open();
});
afterEach(async () => {
  await close();
  await rm(dataDir, { recursive: true, force: true });
});

const put = async (Body: string) => {
  const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  return VersionId;
};
const linkTo = (VersionId?: string) => getSignedUrl(s3, new GetObjectCommand({ Bucket, Key, VersionId }));
const follow = (link: string) => {
  const { pathname, search, host } = new URL(link);
  return sendWire(sandbox.info.port, { path: `${pathname}${search}`, headers: { host } });
};

describe('a link pinned to a version', () => {
  it('outlives newer versions and a delete marker, but not its own version', async () => {
    const first = await put('first');
    const pinned = await linkTo(first);
    const plain = await linkTo();
    const second = await put('second');
    expect(await follow(pinned)).toMatchObject({ status: 200, body: 'first' });
    expect(await follow(plain)).toMatchObject({ status: 200, body: 'second' });

    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(marker.DeleteMarker).toBe(true);
    expect(await follow(pinned)).toMatchObject({ status: 200, body: 'first' });
    expect(await follow(plain)).toMatchObject({ status: 404, body: expect.stringContaining('NoSuchKey') });

    const deleted = await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: first }));
    expect(deleted).toMatchObject({ VersionId: first });
    expect(deleted.DeleteMarker).toBeUndefined();
    const dead = { status: 404, body: expect.stringContaining('NoSuchVersion') };
    expect(await follow(pinned)).toMatchObject(dead);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key, VersionId: first }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
    expect(await follow(await linkTo(second))).toMatchObject({ status: 200, body: 'second' });

    await close();
    await open();
    expect(await follow(pinned)).toMatchObject(dead);
    // What is deleted twice is no error, and brings nothing back.
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: first }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker.VersionId }));
    expect(await follow(pinned)).toMatchObject(dead);
    expect(await follow(plain)).toMatchObject({ status: 200, body: 'second' });
  });
});

describe('an upload that was left', () => {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
  const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
  const upload = { Bucket, Key };

  const create = async () => {
    const options = { ...upload, ChecksumAlgorithm: 'SHA256' } as const;
    return (await s3.send(new CreateMultipartUploadCommand(options))).UploadId ?? '';
  };
  const send = (UploadId: string, PartNumber: number, Body: Uint8Array) =>
    s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber, Body, ChecksumSHA256: sha256(Body) }));
  /** All pages of the parts, as a client goes on from one to the next. */
  const pagesOf = async (UploadId: string, MaxParts: number) => {
    const pages: ListPartsCommandOutput[] = [];
    for (;;) {
      const PartNumberMarker = pages.at(-1)?.NextPartNumberMarker;
      pages.push(await s3.send(new ListPartsCommand({ ...upload, UploadId, MaxParts, PartNumberMarker })));
      if (pages.at(-1)?.IsTruncated !== true) return pages;
    }
  };

  it('tells of every part what it takes to keep it, page by page, also after a restart', async () => {
    const UploadId = await create();
    const bodies = new Map([7, 1, 3, 10_000, 2].map((number) => [number, randomBytes(number % 97)]));
    for (const [number, body] of bodies) await send(UploadId, number, body);
    const replaced = randomBytes(50);
    await send(UploadId, 3, replaced);
    bodies.set(3, replaced);
    await close();
    await open();

    const expected = [...bodies]
      .sort(([one], [other]) => one - other)
      .map(([PartNumber, body]) => ({
        PartNumber,
        ETag: `"${md5(body)}"`,
        Size: body.length,
        ChecksumSHA256: sha256(body),
        LastModified: expect.any(Date),
      }));
    for (const [size, count] of [
      [1000, 1],
      [5, 1],
      [2, 3],
      [1, 5],
    ] as const) {
      const pages = await pagesOf(UploadId, size);
      expect(pages).toHaveLength(count);
      expect(pages.flatMap((page) => page.Parts ?? [])).toEqual(expected);
      expect(pages[0]).toMatchObject({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' });
    }
  });

  it('is gone on with by what was listed, whatever was sent before', async () => {
    const parts = [randomBytes(5 * 1024 ** 2), randomBytes(1000)] as const;
    const UploadId = await create();
    await send(UploadId, 1, parts[0]);
    await close();
    await open();
    await send(UploadId, 2, parts[1]);
    const listed = (await pagesOf(UploadId, 1)).flatMap((page) => page.Parts ?? []);
    const done = await s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        UploadId,
        MultipartUpload: {
          Parts: listed.map(({ PartNumber, ETag, ChecksumSHA256 }) => ({ PartNumber, ETag, ChecksumSHA256 })),
        },
      }),
    );
    const composite = sha256(Buffer.concat(parts.map((part) => Buffer.from(sha256(part), 'base64'))));
    expect(done.ChecksumSHA256).toBe(`${composite}-2`);
    const { Body } = await s3.send(new GetObjectCommand({ ...upload, VersionId: done.VersionId }));
    expect(sha256((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(
      sha256(Buffer.concat(parts)),
    );
    await expect(pagesOf(UploadId, 1)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});
