import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksumOf } from '../../../src/sandbox/s3/checksums/checksums.ts';
import { elements, openTestS3, type TestS3 } from './test-s3.ts';

let s3: TestS3;
beforeEach(async () => {
  s3 = await openTestS3();
});
afterEach(() => s3.close());

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('PutObject and GetObject', () => {
  it('give back the bytes, what was said of them, and where they are', async () => {
    const put = await s3.send('PUT', 'a/b.txt', {
      body: 'hello',
      headers: {
        'content-type': 'text/plain',
        'content-encoding': 'aws-chunked,gzip',
        'cache-control': 'no-store',
        'x-amz-meta-made-by': 'me',
      },
    });
    expect(put).toMatchObject({ status: 200, headers: { etag: `"${md5('hello')}"` } });
    const got = await s3.send('GET', 'a/b.txt');
    expect(got.text).toBe('hello');
    expect(got).toMatchObject({
      status: 200,
      headers: {
        etag: `"${md5('hello')}"`,
        'content-length': '5',
        'content-type': 'text/plain',
        'content-encoding': 'gzip',
        'cache-control': 'no-store',
        'x-amz-meta-made-by': 'me',
        'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
        'accept-ranges': 'bytes',
        'x-amz-version-id': put.headers['x-amz-version-id'],
      },
    });
  });

  it('HEAD says the same without the bytes', async () => {
    await s3.send('PUT', 'k', { body: 'hello' });
    const got = await s3.send('GET', 'k');
    const head = await s3.send('HEAD', 'k');
    expect(head.headers).toEqual(got.headers);
    expect(head.text).toBe('');
  });

  it('keep any key: dots, slashes, NUL, a thousand bytes', async () => {
    const letter = fc.constantFrom('a', '/', '..', '.', '\u0000', '\\', '%', ' ', 'é', '\u{1f600}');
    const key = fc.array(letter, { minLength: 1, maxLength: 40 }).map((letters) => letters.join(''));
    await fc.assert(
      fc.asyncProperty(key, fc.string(), async (name, body) => {
        expect(await s3.send('PUT', name, { body })).toMatchObject({ status: 200 });
        expect((await s3.send('GET', name)).text).toBe(body);
      }),
      { numRuns: 60 },
    );
    expect(await s3.send('PUT', 'é'.repeat(512), { body: 'x' })).toMatchObject({ status: 200 });
    expect(await s3.send('PUT', `${'é'.repeat(512)}a`, { body: 'x' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('KeyTooLongError'),
    });
  });

  it('write metadata that is not ASCII as RFC 2047 words', async () => {
    await s3.send('PUT', 'k', { headers: { 'x-amz-meta-who': 'Zoë' } });
    const word = `=?UTF-8?B?${Buffer.from('Zoë').toString('base64')}?=`;
    expect((await s3.send('GET', 'k')).headers['x-amz-meta-who']).toBe(word);
  });

  it('let a link choose the name and type of the download', async () => {
    await s3.send('PUT', 'k', { body: 'x', headers: { 'content-type': 'text/plain' } });
    const got = await s3.send('GET', 'k', {
      query: {
        'response-content-disposition': 'attachment; filename="a.zip"',
        'response-content-type': 'application/zip',
      },
    });
    expect(got.headers).toMatchObject({
      'content-disposition': 'attachment; filename="a.zip"',
      'content-type': 'application/zip',
    });
    const bad = await s3.send('GET', 'k', { query: { 'response-content-type': 'a\r\nset-cookie: b' } });
    expect(bad.text).toContain('InvalidArgument');
  });

  it('take what a presigned link carries in its query for headers', async () => {
    await s3.send('PUT', 'k', {
      body: 'hello',
      presigned: true,
      query: {
        'x-amz-meta-a': 'b',
        'x-amz-meta-line': 'Zoë\r\nset-cookie: c',
        'x-amz-meta-no name': 'd',
        'x-amz-checksum-crc32': 'AAAAAA==',
        'x-amz-sdk-checksum-algorithm': 'CRC32',
      },
    });
    const got = await s3.send('GET', 'k', { presigned: true, query: { 'x-amz-checksum-mode': 'ENABLED' } });
    const encoded = `=?UTF-8?B?${Buffer.from('Zoë\r\nset-cookie: c').toString('base64')}?=`;
    expect(got.headers).toMatchObject({ 'x-amz-meta-a': 'b', 'x-amz-meta-line': encoded });
    expect(got.headers).not.toHaveProperty(['x-amz-meta-no name']);
    expect(got.headers['x-amz-checksum-crc64nvme']).toBe(checksumOf('CRC64NVME', Buffer.from('hello')));
  });

  it('answer parts of the bytes', async () => {
    await s3.send('PUT', 'k', { body: '0123456789' });
    const get = (range: string) => s3.send('GET', 'k', { headers: { range } });
    expect(await get('bytes=2-4')).toMatchObject({
      status: 206,
      text: '234',
      headers: { 'content-range': 'bytes 2-4/10', 'content-length': '3' },
    });
    expect(await get('bytes=-2')).toMatchObject({ status: 206, text: '89' });
    expect(await get('bytes=7-99')).toMatchObject({ status: 206, text: '789' });
    const beyond = await get('bytes=10-');
    expect(beyond).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } });
    expect(elements(beyond.text, 'Code')).toEqual(['InvalidRange']);
    expect(elements(beyond.text, 'ActualObjectSize')).toEqual(['10']);
  });

  it('answer conditions: 304 without a body, 412', async () => {
    const { headers } = await s3.send('PUT', 'k', { body: 'x' });
    const etag = headers.etag ?? '';
    expect(await s3.send('GET', 'k', { headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
      text: '',
      headers: { etag },
    });
    expect(await s3.send('GET', 'k', { headers: { 'if-match': '"other"' } })).toMatchObject({
      status: 412,
      text: expect.stringContaining('PreconditionFailed'),
    });
  });

  it('write only where the condition holds', async () => {
    const once = { body: 'x', headers: { 'if-none-match': '*' } };
    expect(await s3.send('PUT', 'k', once)).toMatchObject({ status: 200 });
    expect(await s3.send('PUT', 'k', once)).toMatchObject({ status: 412 });
    await s3.send('DELETE', 'k');
    expect(await s3.send('PUT', 'k', once)).toMatchObject({ status: 200 });
    expect(await s3.send('PUT', 'k', { headers: { 'if-match': '"other"' } })).toMatchObject({ status: 412 });
    expect(await s3.send('PUT', 'new', { headers: { 'if-match': '"other"' } })).toMatchObject({
      status: 404,
    });
  });

  it('let one of many writers be first', async () => {
    const writes = Array.from({ length: 8 }, (_, at) =>
      s3.send('PUT', 'k', { body: `writer ${at}`, headers: { 'if-none-match': '*' } }),
    );
    const statuses = (await Promise.all(writes)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(7);
    expect(await s3.files()).toHaveLength(1);
  });

  it('keep every one of many concurrent writes as a version', async () => {
    const bodies = Array.from({ length: 20 }, (_, at) => `version ${at}`);
    const ids = await Promise.all(
      bodies.map(async (body) => (await s3.send('PUT', 'k', { body })).headers['x-amz-version-id'] ?? ''),
    );
    for (const [at, versionId] of ids.entries()) {
      expect((await s3.send('GET', 'k', { query: { versionId } })).text).toBe(bodies[at]);
    }
  });
});

describe('checksums of an upload', () => {
  const body = 'checked';
  const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;

  it.each(algorithms)('%s in a header is verified, kept and answered when asked for', async (algorithm) => {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const value = checksumOf(algorithm, Buffer.from(body));
    const put = await s3.send('PUT', 'k', { body, headers: { [name]: value } });
    expect(put).toMatchObject({
      status: 200,
      headers: { [name]: value, 'x-amz-checksum-type': 'FULL_OBJECT' },
    });
    expect((await s3.send('GET', 'k')).headers).not.toHaveProperty(name);
    const asked = { 'x-amz-checksum-mode': 'ENABLED' };
    expect((await s3.send('HEAD', 'k', { headers: asked })).headers[name]).toBe(value);
    const ranged = await s3.send('GET', 'k', { headers: { ...asked, range: 'bytes=0-1' } });
    expect(ranged.headers).not.toHaveProperty(name);

    const wrong = checksumOf(algorithm, Buffer.from('other'));
    const refused = await s3.send('PUT', 'bad', { body, headers: { [name]: wrong } });
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('BadDigest') });
  });

  it('after the body are verified too', async () => {
    const name = 'x-amz-checksum-sha256';
    const headers = { 'x-amz-trailer': name, 'x-amz-decoded-content-length': '7', 'content-length': '99' };
    const good = { [name]: checksumOf('SHA256', Buffer.from(body)) };
    expect(await s3.send('PUT', 'k', { body, headers, trailers: good })).toMatchObject({ status: 200 });
    const bad = { [name]: checksumOf('SHA256', Buffer.from('other')) };
    expect((await s3.send('PUT', 'bad', { body, headers, trailers: bad })).text).toContain('BadDigest');
    expect((await s3.send('PUT', 'bad', { body, headers })).text).toContain('MalformedTrailerError');
    expect(await s3.send('GET', 'bad')).toMatchObject({ status: 404 });
  });

  it.each([
    [{ 'content-md5': createHash('md5').update('other').digest('base64') }, 'BadDigest'],
    [{ 'content-md5': 'short' }, 'InvalidDigest'],
    [{ 'x-amz-checksum-crc32': 'nonsense' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-sha1': 'AA==' }, 'InvalidRequest'],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
    [{ 'x-amz-trailer': 'x-amz-checksum-md4' }, 'InvalidRequest'],
    [{ 'content-length': '8' }, 'IncompleteBody'],
    [{ 'content-length': '6' }, 'IncompleteBody'],
    [{ 'content-length': String(6 * 1024 ** 3) }, 'EntityTooLarge'],
    [{ 'x-amz-meta-a': 'b'.repeat(2048) }, 'MetadataTooLarge'],
    [{ 'x-amz-server-side-encryption': 'aws:kms' }, 'NotImplemented'],
    [{ 'x-amz-storage-class': 'GLACIER' }, 'NotImplemented'],
    [{ 'x-amz-tagging': 'a=b' }, 'NotImplemented'],
    [{ 'x-amz-acl': 'public-read' }, 'AccessControlListNotSupported'],
    [{ 'x-amz-expected-bucket-owner': '999999999999' }, 'AccessDenied'],
  ])('%j is refused with %s and leaves nothing', async (headers, code) => {
    const refused = await s3.send('PUT', 'k', { body, headers });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.text).toContain(code);
    expect(await s3.send('GET', 'k')).toMatchObject({ status: 404 });
    expect(await s3.files()).toEqual([]);
  });
});

describe('versions', () => {
  const put = async (body: string) => (await s3.send('PUT', 'k', { body })).headers['x-amz-version-id'] ?? '';
  const unknown = 'x'.repeat(32);

  it('are kept below the newest and read by id', async () => {
    const first = await put('one');
    await put('two');
    expect((await s3.send('GET', 'k')).text).toBe('two');
    expect((await s3.send('GET', 'k', { query: { versionId: first } })).text).toBe('one');
  });

  it('hide behind a delete marker, and come back when it is deleted', async () => {
    const first = await put('one');
    const deleted = await s3.send('DELETE', 'k');
    const markerId = deleted.headers['x-amz-version-id'] ?? '';
    expect(deleted).toMatchObject({ status: 204, headers: { 'x-amz-delete-marker': 'true' } });

    const hidden = await s3.send('GET', 'k');
    expect(hidden).toMatchObject({
      status: 404,
      headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': markerId },
    });
    expect(elements(hidden.text, 'Code')).toEqual(['NoSuchKey']);
    expect(await s3.send('HEAD', 'k')).toMatchObject({ status: 404, text: '' });
    const marker = await s3.send('GET', 'k', { query: { versionId: markerId } });
    expect(marker).toMatchObject({
      status: 405,
      headers: { allow: 'DELETE', 'x-amz-delete-marker': 'true' },
    });
    expect(elements(marker.text, 'Code')).toEqual(['MethodNotAllowed']);
    expect((await s3.send('GET', 'k', { query: { versionId: first } })).text).toBe('one');

    expect(await s3.send('DELETE', 'k', { query: { versionId: markerId } })).toMatchObject({
      status: 204,
      headers: { 'x-amz-delete-marker': 'true' },
    });
    expect((await s3.send('GET', 'k')).text).toBe('one');
  });

  it('go for good when they are deleted by id, and their bytes with them', async () => {
    const first = await put('one');
    await put('two');
    expect(await s3.files()).toHaveLength(2);
    const gone = await s3.send('DELETE', 'k', { query: { versionId: first } });
    expect(gone).toMatchObject({ status: 204, headers: { 'x-amz-version-id': first } });
    expect(await s3.files()).toHaveLength(1);
    const missing = await s3.send('GET', 'k', { query: { versionId: first } });
    expect(missing).toMatchObject({ status: 404, text: expect.stringContaining('NoSuchVersion') });
    expect(await s3.send('DELETE', 'k', { query: { versionId: unknown } })).toMatchObject({ status: 204 });
  });

  it('that cannot be ids are told from those that are not there', async () => {
    await put('one');
    for (const [versionId, code] of [
      ['', 'InvalidArgument'],
      ['../../etc', 'InvalidArgument'],
      [unknown, 'NoSuchVersion'],
    ] as const) {
      expect((await s3.send('GET', 'k', { query: { versionId } })).text).toContain(code);
    }
  });

  it('stay readable to the end of a download that began before they were deleted', async () => {
    const versionId = await put('x'.repeat(1000));
    const stored = await s3.objects.get(s3.bucket, 'k');
    const stream = stored?.stream();
    await s3.send('DELETE', 'k', { query: { versionId } });
    expect(Buffer.concat((await stream?.toArray()) ?? [])).toHaveLength(1000);
    await expect.poll(() => s3.files()).toEqual([]);
  });
});

describe('a download', () => {
  it('that nobody comes to read ends with its connection', async () => {
    const aborter = new AbortController();
    const put = await s3.send('PUT', 'k', { body: 'x' });
    const versionId = put.headers['x-amz-version-id'] ?? '';
    const stream = await s3.open('k', aborter.signal);
    await s3.send('DELETE', 'k', { query: { versionId } });
    expect(await s3.files()).toHaveLength(1);
    aborter.abort();
    expect(stream.destroyed).toBe(true);
    await expect.poll(() => s3.files()).toEqual([]);
  });
});

describe('what S3 refuses', () => {
  it.each([
    ['GET', '/nobody-has-this/k', {}, 404, 'NoSuchBucket'],
    ['HEAD', '/nobody-has-this', {}, 404, ''],
    ['PUT', '/new-bucket', {}, 501, 'NotImplemented {"Operation":"CreateBucket"}'],
    ['GET', '/nobody-has-this', { acl: '' }, 501, 'NotImplemented {"Operation":"GetBucketAcl"}'],
    ['GET', '/nobody-has-this/k', { acl: '' }, 501, 'NotImplemented {"Operation":"GetObjectAcl"}'],
    ['PUT', '/nobody-has-this', { cors: '' }, 501, 'NotImplemented {"Operation":"PutBucketCors"}'],
    ['POST', '/nobody-has-this/k', { restore: '' }, 501, 'NotImplemented {"Operation":"RestoreObject"}'],
    ['DELETE', '/', {}, 501, 'NotImplemented {"Operation":"DeleteService"}'],
    ['BREW', '/nobody-has-this/k', {}, 501, 'NotImplemented'],
  ])('%s %s %j', async (method, path, query, status, text) => {
    const answer = await s3.sendTo(method, path, { query });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  it('a body without a length', async () => {
    const refused = await s3.send('PUT', 'k', { body: Readable.from([Buffer.from('x')]) });
    expect(refused).toMatchObject({ status: 411, text: expect.stringContaining('MissingContentLength') });
  });
});
