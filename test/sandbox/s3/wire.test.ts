import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendWire, signWire } from '../../support/front.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

const Bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';
let sandbox: TestSandbox;
let s3: S3Client;
let ssm: SSMClient;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  const { endpoint, region, credentials } = sandbox.info;
  s3 = newClient();
  ssm = new SSMClient({ endpoint, region, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  s3.destroy();
  ssm.destroy();
  await sandbox.close();
});

const newClient = (more: S3ClientConfig = {}) => {
  const { endpoint, region, credentials } = sandbox.info;
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1, ...more });
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = async (Key: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
};
/** Files of bytes that are still arriving. */
const incoming = () => readdir(join(sandbox.dir, 'sandbox', 's3', 'incoming'));

describe('the SDK', () => {
  it('puts and gets buffers, its checksums verified both ways', async () => {
    for (const ChecksumAlgorithm of [undefined, 'CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
      const body = randomBytes(70_000);
      const put = await s3.send(
        new PutObjectCommand({ Bucket, Key: 'buffer', Body: body, ChecksumAlgorithm }),
      );
      expect(put[`Checksum${ChecksumAlgorithm ?? 'CRC32'}`]).toEqual(expect.any(String));
      expect(sha256(await bytesOf('buffer'))).toBe(sha256(body));
    }
  });

  it('puts a stream, its checksum after the body', async () => {
    const body = randomBytes(1_000_000);
    const path = join(sandbox.dir, 'stream');
    await writeFile(path, body);
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'stream',
        Body: createReadStream(path),
        ContentLength: body.length,
      }),
    );
    expect(put.ChecksumCRC32).toEqual(expect.any(String));
    expect(sha256(await bytesOf('stream'))).toBe(sha256(body));
  });

  it('checks what S3 computed by itself', async () => {
    const body = randomBytes(100_001);
    const client = newClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    const put = await client.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: body }));
    expect(put.ChecksumCRC64NVME).toEqual(expect.any(String));
    client.destroy();
    expect(sha256(await bytesOf('plain'))).toBe(sha256(body));
  });

  it('uploads 30 MB in parts and gets them back whole', async () => {
    const body = randomBytes(30_000_000);
    const upload = new Upload({
      client: s3,
      params: {
        Bucket,
        Key: 'parts',
        Body: Readable.from(slices(body)),
        Metadata: { checksum: sha256(body) },
      },
    });
    const done = await upload.done();
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-6"$/);
    expect(sha256(await bytesOf('parts'))).toBe(sha256(body));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'parts', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({
      ContentLength: body.length,
      Metadata: { checksum: sha256(body) },
      ChecksumCRC32: expect.stringMatching(/-6$/),
      ChecksumType: 'COMPOSITE',
    });
  });

  it('meets any key again, in listings too', async () => {
    const prefix = 'odd/';
    const keys = [
      '../up',
      './dot',
      '//',
      'a//b',
      'ä&<>"\'',
      'sp ace+plus%25',
      'tab\tline\n',
      '\u0001',
      '\u{1f600}',
    ];
    for (const key of keys) {
      await s3.send(new PutObjectCommand({ Bucket, Key: prefix + key, Body: key }));
      expect(Buffer.from(await bytesOf(prefix + key)).toString()).toBe(key);
    }
    const listed: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 4 }, { Bucket, Prefix: prefix })) {
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    const inOrder = keys
      .map((key) => prefix + key)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(listed).toEqual(inOrder);
    const Objects = keys.map((key) => ({ Key: prefix + key }));
    const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(deleted.Deleted?.map(({ Key }) => Key)).toEqual(Objects.map(({ Key }) => Key));
    expect(await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }))).toMatchObject({
      KeyCount: 0,
    });
    let markers = 0;
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await s3.send(
        new ListObjectVersionsCommand({ Bucket, Prefix: prefix, MaxKeys: 3, ...next }),
      );
      markers += page.DeleteMarkers?.length ?? 0;
      if (!page.IsTruncated) break;
      next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    expect(markers).toBe(keys.length);
  });

  it('copies', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'from', Body: 'copied' }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from` }));
    expect(Buffer.from(await bytesOf('to')).toString()).toBe('copied');
  });

  it('knows S3 errors by their names', async () => {
    const missing = { Bucket, Key: 'missing' };
    await expect(s3.send(new GetObjectCommand(missing))).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(s3.send(new HeadObjectCommand(missing))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(s3.send(new HeadBucketCommand({ Bucket: 'missing' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(
      s3.send(new PutObjectCommand({ Bucket: 'missing', Key: 'k', Body: 'x' })),
    ).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'x' }));
    const same = new GetObjectCommand({ Bucket, Key: 'there', IfNoneMatch: ETag });
    await expect(s3.send(same)).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    const beyond = new GetObjectCommand({ Bucket, Key: 'there', Range: 'bytes=5-' });
    await expect(s3.send(beyond)).rejects.toMatchObject({ name: 'InvalidRange' });
    const wrong = new PutObjectCommand({
      Bucket,
      Key: 'there',
      Body: 'x',
      ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==',
    });
    await expect(s3.send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it('keeps a parameter', async () => {
    const Name = '/claude-code/claude-code-auth/distribution/latest';
    await ssm.send(
      new PutParameterCommand({ Name, Value: '{"url":"x"}', Type: 'SecureString', Overwrite: true }),
    );
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    expect(Parameter).toMatchObject({ Value: '{"url":"x"}', Version: 1, LastModifiedDate: expect.any(Date) });
    await expect(ssm.send(new GetParameterCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });
});

describe('a presigned link', () => {
  it('downloads that very version under the name it says, in ranges too', async () => {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'linked', Body: 'the package' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'linked', Body: 'a later one' }));
    const command = new GetObjectCommand({
      Bucket,
      Key: 'linked',
      VersionId,
      ResponseContentDisposition: 'attachment; filename="package.zip"',
    });
    const url = await getSignedUrl(s3, command, { expiresIn: 60 });
    const got = await fetch(url);
    expect(await got.text()).toBe('the package');
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="package.zip"');
    const range = await fetch(url, { headers: { range: 'bytes=4-6' } });
    expect([range.status, await range.text()]).toEqual([206, 'pac']);
  });

  it('uploads, although the SDK puts the checksum of nothing into it', async () => {
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'by-link' }), { expiresIn: 60 });
    const put = await fetch(url, { method: 'PUT', body: 'sent by link' });
    expect(put.status).toBe(200);
    expect(Buffer.from(await bytesOf('by-link')).toString()).toBe('sent by link');
  });
});

describe('a client that goes away', () => {
  it('in the middle of an upload leaves nothing', async () => {
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'cut' }), { expiresIn: 60 });
    const upload = request(url, { method: 'PUT', headers: { 'content-length': '1000000' } });
    const cut = new Promise<void>((resolve) => upload.once('error', () => resolve()));
    upload.write(Buffer.alloc(200_000));
    await expect.poll(incoming).toHaveLength(1);
    upload.destroy();
    await cut;
    await expect.poll(incoming).toEqual([]);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'cut' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('in the middle of a download lets go of the file', async () => {
    const body = randomBytes(20_000_000);
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'half-read', Body: body }));
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'half-read' }), { expiresIn: 60 });
    const reader = (await fetch(url)).body?.getReader();
    await reader?.read();
    const data = join(sandbox.dir, 'sandbox', 's3', 'data');
    const before = (await readdir(data)).length;
    await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'half-read', VersionId }] } }),
    );
    expect((await readdir(data)).length).toBe(before);
    await reader?.cancel();
    await expect.poll(async () => (await readdir(data)).length).toBe(before - 1);
  });
});

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000);
}

describe('text beyond ASCII in headers', () => {
  it('comes back byte for byte, metadata in RFC 2047 words', async () => {
    const { port, credentials } = sandbox.info;
    const send = async (method: string, path: string, headers: Record<string, string> = {}) => {
      const wire = { method, path, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers } };
      const signed = await signWire(port, wire, { at: Date.now(), secret: credentials });
      const encoded = Object.entries({ ...signed.headers, ...headers }).map(([name, value]) => [
        name,
        Buffer.from(String(value)).toString('latin1'),
      ]);
      return sendWire(port, { ...signed, headers: Object.fromEntries(encoded) });
    };
    const disposition = 'attachment; filename="Zoë 日本 \u{1f600}.zip"';
    const path = `/${Bucket}/text-in-headers`;
    const stored = await send('PUT', path, {
      'content-disposition': disposition,
      'content-type': 'text/日本',
      'x-amz-meta-who': 'Zoë 日本',
      'content-length': '0',
    });
    expect(stored.status).toBe(200);
    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await send(method, path);
      expect(status).toBe(200);
      const text = (name: string) => Buffer.from(String(headers[name]), 'latin1').toString();
      expect(text('content-disposition')).toBe(disposition);
      expect(text('content-type')).toBe('text/日本');
      expect(text('x-amz-meta-who')).toBe(`=?UTF-8?B?${Buffer.from('Zoë 日本').toString('base64')}?=`);
    }
    // A link may name the download in ISO-8859-1 alone, and is refused otherwise.
    const named = await send('GET', `${path}?response-content-disposition=${encodeURIComponent('日本')}`);
    expect([named.status, named.body.includes('InvalidArgument')]).toEqual([400, true]);
  });
});
