import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { elements, openTestS3, type TestS3 } from './test-s3.ts';

let s3: TestS3;
beforeEach(async () => {
  s3 = await openTestS3();
});
afterEach(() => s3.close());

const create = async (key: string) =>
  elements((await s3.send('POST', key, { query: { uploads: '' } })).text, 'UploadId')[0] ?? '';
const part = (key: string, uploadId: string, partNumber: string, body: string) =>
  s3.send('PUT', key, { query: { uploadId, partNumber }, body });
const complete = (key: string, uploadId: string, ...bodies: string[]) => {
  const parts = bodies.map((body, at) => {
    const etag = createHash('md5').update(body).digest('hex');
    return `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`;
  });
  const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
  return s3.send('POST', key, { query: { uploadId }, body });
};

describe('after a restart', () => {
  it('everything is as it was', async () => {
    const first = await s3.send('PUT', 'a', { body: 'one', headers: { 'x-amz-meta-a': 'b' } });
    await s3.send('PUT', 'a', { body: 'two' });
    await s3.send('PUT', 'b', { body: 'x' });
    await s3.send('DELETE', 'b');
    const versions = await s3.send('GET', '', { query: { versions: '' } });
    const id = await create('c');
    await part('c', id, '1', 'part');
    s3.time.now += 60_000;
    await s3.restart();
    expect((await s3.send('GET', '', { query: { versions: '' } })).text).toBe(versions.text);
    const query = { versionId: first.headers['x-amz-version-id'] ?? '' };
    expect(await s3.send('GET', 'a', { query })).toMatchObject({
      text: 'one',
      headers: { 'x-amz-meta-a': 'b' },
    });
    expect((await complete('c', id, 'part')).status).toBe(200);
    expect((await s3.send('GET', 'c')).text).toBe('part');
  });

  it('what a crash left half-done is gone', async () => {
    await s3.send('PUT', 'k', { body: 'kept' });
    await writeFile(join(s3.dir, 'incoming', 'a'.repeat(32)), 'half');
    await writeFile(join(s3.dir, 'data', 'b'.repeat(32)), 'whole, but never recorded');
    const keys = join(s3.dir, 'buckets', s3.bucket, 'keys');
    await writeFile(join(keys, `${'c'.repeat(64)}.json.0123.tmp`), '{"key":');
    await mkdir(join(s3.dir, 'uploads', 'created-but-not-described'));
    await s3.restart();
    expect(await s3.files()).toHaveLength(1);
    expect(await readdir(keys)).toHaveLength(1);
    expect(await readdir(join(s3.dir, 'uploads'))).toEqual([]);
    expect((await s3.send('GET', 'k')).text).toBe('kept');
  });

  it('an upload that was completed in the last moment is not there a second time', async () => {
    const id = await create('k');
    await part('k', id, '1', 'bytes');
    const folder = join(s3.dir, 'uploads', id);
    const records = await Promise.all(
      (await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name))] as const),
    );
    await complete('k', id, 'bytes');
    // As if the process had ended between the object's record and the removal of the upload's.
    await mkdir(folder);
    for (const [name, bytes] of records) await writeFile(join(folder, name), bytes);
    await s3.restart();
    expect(await readdir(join(s3.dir, 'uploads'))).toEqual([]);
    expect((await s3.send('GET', 'k')).text).toBe('bytes');
  });

  it('an upload that nobody ended for a week is gone', async () => {
    const id = await create('k');
    await part('k', id, '1', 'bytes');
    s3.time.now += 8 * 24 * 3_600_000;
    await s3.restart();
    expect(await s3.files()).toEqual([]);
    expect((await part('k', id, '2', 'more')).text).toContain('NoSuchUpload');
  });

  it('a record that cannot be read costs one key, not the start', async () => {
    await s3.send('PUT', 'a', { body: 'a' });
    const keys = join(s3.dir, 'buckets', s3.bucket, 'keys');
    const [name = ''] = await readdir(keys);
    await s3.send('PUT', 'b', { body: 'b' });
    await writeFile(join(keys, name), '{"key": "a", "versions": [{"kind": "object"}]}');
    await s3.restart();
    expect((await s3.send('GET', 'a')).status).toBe(404);
    expect((await s3.send('GET', 'b')).text).toBe('b');
  });
});

describe('an upload whose connection ends', () => {
  it('leaves nothing when the body breaks off', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(1000);
        throw new Error('connection reset');
      })(),
      { objectMode: false },
    );
    const put = s3.send('PUT', 'k', { body: broken, headers: { 'content-length': '2000' } });
    await expect(put).rejects.toThrow('connection reset');
    expect(await s3.files()).toEqual([]);
    expect((await s3.send('GET', 'k')).status).toBe(404);
  });

  it('leaves nothing when the client goes away', async () => {
    const aborter = new AbortController();
    const body = new Readable({ read: () => {} });
    body.push(Buffer.alloc(1000));
    const put = s3.send('PUT', 'k', { body, headers: { 'content-length': '2000' }, signal: aborter.signal });
    await expect.poll(() => s3.files()).toHaveLength(1);
    aborter.abort();
    await expect(put).rejects.toThrow(/abort/i);
    expect(await s3.files()).toEqual([]);
  });

  it('leaves nothing of a part whose upload was aborted meanwhile', async () => {
    const id = await create('k');
    const body = new Readable({ read: () => {} });
    body.push(Buffer.alloc(1000));
    const query = { uploadId: id, partNumber: '1' };
    const put = s3.send('PUT', 'k', { query, body, headers: { 'content-length': '1000' } });
    await expect.poll(() => s3.files()).toHaveLength(1);
    await s3.send('DELETE', 'k', { query: { uploadId: id } });
    body.push(null);
    expect((await put).text).toContain('NoSuchUpload');
    expect(await s3.files()).toEqual([]);
  });
});

describe('what lies on disk', () => {
  it.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    await s3.send('PUT', 'k', { body: 'x' });
    await part('k', await create('k'), '1', 'x');
    const entries = await readdir(s3.dir, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const { mode } = await stat(join(entry.parentPath, entry.name));
      expect(mode & 0o077, entry.name).toBe(0);
    }
    expect(entries.length).toBeGreaterThan(8);
  });
});

describe('the object store of the neighbours', () => {
  it('puts what S3 answers, and gets what was put over S3', async () => {
    const path = join(s3.dir, 'file');
    await writeFile(path, 'from a file');
    const put = await s3.objects.putFile(s3.bucket, 'a', path, {
      contentType: 'text/plain',
      metadata: { by: 'me' },
    });
    expect(await s3.send('GET', 'a')).toMatchObject({
      text: 'from a file',
      headers: {
        'x-amz-version-id': put.versionId,
        etag: `"${put.etag}"`,
        'content-type': 'text/plain',
        'x-amz-meta-by': 'me',
      },
    });
    await s3.objects.putBytes(s3.bucket, 'a', Buffer.from('newer'));
    const newest = await s3.objects.get(s3.bucket, 'a');
    expect(await readFile(newest?.path ?? '', 'utf8')).toBe('newer');
    const older = await s3.objects.get(s3.bucket, 'a', put.versionId);
    expect(older).toMatchObject({ size: 11, contentType: 'text/plain', metadata: { by: 'me' } });
    expect(Buffer.concat((await older?.stream().toArray()) ?? []).toString()).toBe('from a file');
  });

  it('says when there is nothing', async () => {
    expect(await s3.objects.get('no-bucket', 'a')).toBeUndefined();
    expect(await s3.objects.get(s3.bucket, 'a')).toBeUndefined();
    await s3.send('DELETE', 'a');
    expect(await s3.objects.get(s3.bucket, 'a')).toBeUndefined();
    await expect(s3.objects.putBytes('no-bucket', 'a', Buffer.from('x'))).rejects.toMatchObject({
      code: 'NoSuchBucket',
    });
    await expect(s3.objects.putFile(s3.bucket, 'a', join(s3.dir, 'none'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(await s3.files()).toEqual([]);
  });

  it('gives the file of what lies in one, and streams what lies in several or in none', async () => {
    const id = await create('k');
    const first = 'x'.repeat(5 * 1024 ** 2);
    await part('k', id, '1', first);
    await part('k', id, '2', 'the end');
    await complete('k', id, first, 'the end');
    const joined = await s3.objects.get(s3.bucket, 'k');
    expect(joined?.path).toBeUndefined();
    expect(Buffer.concat((await joined?.stream().toArray()) ?? []).toString()).toBe(`${first}the end`);
    await s3.objects.putBytes(s3.bucket, 'empty', Buffer.alloc(0));
    const empty = await s3.objects.get(s3.bucket, 'empty');
    expect(await empty?.stream().toArray()).toEqual([]);
  });
});
