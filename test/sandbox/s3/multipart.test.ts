import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checksumOf } from '../../../src/sandbox/s3/checksums/checksums.ts';
import { elements, openTestS3, type TestS3 } from './test-s3.ts';

let s3: TestS3;
beforeEach(async () => {
  s3 = await openTestS3();
});
afterEach(() => s3.close());

const mebibyte = 1024 ** 2;
const big = randomBytes(5 * mebibyte);
const small = Buffer.from('the end');

const create = async (key: string, headers: Record<string, string> = {}) => {
  const { text } = await s3.send('POST', key, { query: { uploads: '' }, headers });
  return elements(text, 'UploadId')[0] ?? '';
};
const part = (key: string, uploadId: string, number: number, body: Uint8Array, headers = {}) =>
  s3.send('PUT', key, { query: { uploadId, partNumber: String(number) }, body, headers });
const complete = (key: string, uploadId: string, parts: [number, string][], headers = {}) =>
  s3.send('POST', key, { query: { uploadId }, headers, body: document(parts) });
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();

function document(parts: [number, string][]): string {
  const inner = parts.map(([number, rest]) => `<Part><PartNumber>${number}</PartNumber>${rest}</Part>`);
  return `<CompleteMultipartUpload>${inner.join('')}</CompleteMultipartUpload>`;
}

const etag = (bytes: Uint8Array) => `<ETag>"${md5(bytes).toString('hex')}"</ETag>`;

describe('a multipart upload', () => {
  it('joins its parts, whatever order they came in', async () => {
    const id = await create('k', { 'content-type': 'application/zip', 'x-amz-meta-a': 'b' });
    await part('k', id, 2, small);
    expect((await part('k', id, 1, big)).headers.etag).toBe(`"${md5(big).toString('hex')}"`);
    const done = await complete('k', id, [
      [1, etag(big)],
      [2, etag(small)],
    ]);
    const expected = `"${createHash('md5')
      .update(Buffer.concat([md5(big), md5(small)]))
      .digest('hex')}-2"`;
    const whole = Buffer.concat([big, small]);
    expect(elements(done.text, 'ETag')).toEqual([expected.replaceAll('"', '&quot;')]);
    expect(elements(done.text, 'ChecksumCRC64NVME')).toEqual([checksumOf('CRC64NVME', whole)]);
    expect(elements(done.text, 'ChecksumType')).toEqual(['FULL_OBJECT']);

    const got = await s3.send('GET', 'k');
    expect(got.bytes.equals(whole)).toBe(true);
    expect(got.headers).toMatchObject({
      etag: expected,
      'content-type': 'application/zip',
      'x-amz-meta-a': 'b',
    });
    const across = await s3.send('GET', 'k', {
      headers: { range: `bytes=${big.length - 3}-${big.length + 2}` },
    });
    expect(across.bytes.equals(whole.subarray(big.length - 3, big.length + 3))).toBe(true);
    const second = await s3.send('GET', 'k', { query: { partNumber: '2' } });
    expect(second).toMatchObject({ status: 206, text: 'the end', headers: { 'x-amz-mp-parts-count': '2' } });
    expect((await s3.send('GET', 'k', { query: { partNumber: '3' } })).status).toBe(416);
    expect((await complete('k', id, [[1, etag(big)]])).text).toContain('NoSuchUpload');
  });

  it('gives a composite checksum where its parts carry one', async () => {
    const id = await create('k', { 'x-amz-checksum-algorithm': 'CRC32' });
    const sums = [big, small].map((bytes) => checksumOf('CRC32', bytes));
    await part('k', id, 1, big, { 'x-amz-checksum-crc32': sums[0] });
    await part('k', id, 2, small, { 'x-amz-checksum-crc32': sums[1] });
    const bare: [number, string][] = [
      [1, etag(big)],
      [2, etag(small)],
    ];
    expect((await complete('k', id, bare)).text).toContain('InvalidRequest');
    const parts = bare.map(([number, rest], at): [number, string] => [
      number,
      `${rest}<ChecksumCRC32>${sums[at]}</ChecksumCRC32>`,
    ]);
    const done = await complete('k', id, parts, {
      'x-amz-mp-object-size': String(big.length + small.length),
    });
    const joined = checksumOf('CRC32', Buffer.concat(sums.map((sum) => Buffer.from(sum, 'base64'))));
    expect(elements(done.text, 'ChecksumCRC32')).toEqual([`${joined}-2`]);
    const head = await s3.send('HEAD', 'k', { headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    expect(head.headers).toMatchObject({
      'x-amz-checksum-crc32': `${joined}-2`,
      'x-amz-checksum-type': 'COMPOSITE',
    });
  });

  it('checks the whole against what its client expects, and can be completed again after a refusal', async () => {
    const id = await create('k', {
      'x-amz-checksum-algorithm': 'CRC32',
      'x-amz-checksum-type': 'FULL_OBJECT',
    });
    await part('k', id, 1, small);
    const expected = { 'x-amz-checksum-crc32': checksumOf('CRC32', small) };
    const other = { 'x-amz-checksum-crc32': checksumOf('CRC32', big) };
    expect((await complete('k', id, [[1, etag(small)]], other)).text).toContain('BadDigest');
    expect((await complete('k', id, [[1, etag(small)]], { 'x-amz-mp-object-size': '1' })).text).toContain(
      'InvalidRequest',
    );
    expect((await complete('k', id, [[1, etag(small)]], expected)).status).toBe(200);
  });

  it('is refused for wrong order, wrong parts, small parts', async () => {
    const id = await create('k');
    await part('k', id, 1, small);
    await part('k', id, 2, small);
    const refusals: [[number, string][], string][] = [
      [[], 'MalformedXML'],
      [
        [
          [2, etag(small)],
          [1, etag(small)],
        ],
        'InvalidPartOrder',
      ],
      [
        [
          [1, etag(small)],
          [1, etag(small)],
        ],
        'InvalidPartOrder',
      ],
      [[[1, etag(big)]], 'InvalidPart '],
      [[[3, etag(small)]], 'InvalidPart '],
      [[[1, '']], 'InvalidPart '],
      [
        [
          [1, etag(small)],
          [2, etag(small)],
        ],
        'EntityTooSmall',
      ],
    ];
    for (const [parts, code] of refusals) expect((await complete('k', id, parts)).text).toContain(code);
    expect((await complete('k', id, [[2, etag(small)]])).status).toBe(200);
    expect(await s3.files()).toHaveLength(1);
  });

  it('honours a condition on the key', async () => {
    await s3.send('PUT', 'k', { body: 'there' });
    const id = await create('k');
    await part('k', id, 1, small);
    const refused = await complete('k', id, [[1, etag(small)]], { 'if-none-match': '*' });
    expect(refused.status).toBe(412);
    expect((await s3.send('GET', 'k')).text).toBe('there');
  });

  it('keeps the last of two parts of one number', async () => {
    const id = await create('k');
    await part('k', id, 1, big);
    await part('k', id, 1, small);
    expect(await s3.files()).toHaveLength(1);
    await complete('k', id, [[1, etag(small)]]);
    expect((await s3.send('GET', 'k')).text).toBe('the end');
  });

  it('leaves nothing when it is aborted', async () => {
    const id = await create('k');
    await part('k', id, 1, small);
    expect((await s3.send('DELETE', 'k', { query: { uploadId: id } })).status).toBe(204);
    expect(await s3.files()).toEqual([]);
    expect((await part('k', id, 2, small)).text).toContain('NoSuchUpload');
    expect((await s3.send('DELETE', 'k', { query: { uploadId: id } })).text).toContain('NoSuchUpload');
    expect(await s3.files()).toEqual([]);
  });

  it('belongs to its key', async () => {
    const id = await create('k');
    expect((await part('other', id, 1, small)).text).toContain('NoSuchUpload');
    expect((await part('k', '../../x', 1, small)).text).toContain('NoSuchUpload');
  });

  it.each([
    [{ 'x-amz-checksum-algorithm': 'MD4' }],
    [{ 'x-amz-checksum-type': 'COMPOSITE' }],
    [{ 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' }],
    [{ 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' }],
    [{ 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'HALF' }],
  ])('cannot begin with %j', async (headers) => {
    const refused = await s3.send('POST', 'k', { query: { uploads: '' }, headers });
    expect(refused.text).toContain('InvalidRequest');
  });

  it('takes parts of its own algorithm and number only', async () => {
    const id = await create('k', { 'x-amz-checksum-algorithm': 'CRC32' });
    const other = { 'x-amz-checksum-sha256': checksumOf('SHA256', small) };
    expect((await part('k', id, 1, small, other)).text).toContain('InvalidRequest');
    for (const number of [0, 10_001]) {
      expect((await part('k', id, number, small)).text).toContain('InvalidArgument');
    }
  });
});

describe('lists of multipart uploads', () => {
  it('show the parts that are there, by pages', async () => {
    const id = await create('k', { 'x-amz-checksum-algorithm': 'SHA256' });
    for (const number of [3, 1, 2]) await part('k', id, number, small);
    const query = { uploadId: id };
    const all = (await s3.send('GET', 'k', { query })).text;
    expect(elements(all, 'PartNumber')).toEqual(['1', '2', '3']);
    expect(elements(all, 'ChecksumSHA256')).toEqual(Array(3).fill(checksumOf('SHA256', small)));
    const page = (await s3.send('GET', 'k', { query: { ...query, 'max-parts': '2' } })).text;
    expect(elements(page, 'IsTruncated')).toEqual(['true']);
    expect(elements(page, 'NextPartNumberMarker')).toEqual(['2']);
    const rest = (await s3.send('GET', 'k', { query: { ...query, 'part-number-marker': '2' } })).text;
    expect(elements(rest, 'PartNumber')).toEqual(['3']);
  });

  it('show the uploads under way, by key and age, also behind one that has ended', async () => {
    const b1 = await create('b');
    s3.time.now += 1000;
    const b2 = await create('b');
    const a = await create('a');
    await create('c/1');
    await create('c/2');
    const list = async (query: Record<string, string> = {}) =>
      (await s3.send('GET', '', { query: { uploads: '', ...query } })).text;
    expect(elements(await list({ delimiter: '/' }), 'UploadId')).toEqual([a, b1, b2]);
    const first = await list({ delimiter: '/', 'max-uploads': '2' });
    expect(elements(first, 'NextUploadIdMarker')).toEqual([b1]);
    await s3.send('DELETE', 'b', { query: { uploadId: b1 } });
    const rest = await list({ delimiter: '/', 'key-marker': 'b', 'upload-id-marker': b1 });
    expect(elements(rest, 'UploadId')).toEqual([b2]);
    expect(rest).toContain('<CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes>');
    expect(elements(await list({ 'key-marker': 'c/', delimiter: '/' }), 'UploadId')).toEqual([]);
    expect(elements(await list({ prefix: 'c/' }), 'Key')).toEqual(['c/1', 'c/2']);
  });
});

describe('copies', () => {
  const copy = (key: string, source: string, headers = {}) =>
    s3.send('PUT', key, { headers: { 'x-amz-copy-source': source, ...headers } });

  it('are objects of their own', async () => {
    const from = { body: 'hello', headers: { 'x-amz-meta-a': 'b' } };
    const { headers } = await s3.send('PUT', 'dir/ä b', from);
    const done = await copy('to', `/${s3.bucket}/dir/%C3%A4%20b`);
    expect(elements(done.text, 'ETag')).toEqual([`&quot;${md5(Buffer.from('hello')).toString('hex')}&quot;`]);
    expect(done.headers['x-amz-copy-source-version-id']).toBe(headers['x-amz-version-id']);
    await s3.send('DELETE', 'dir/ä b', { query: { versionId: headers['x-amz-version-id'] ?? '' } });
    expect(await s3.send('GET', 'to')).toMatchObject({ text: 'hello', headers: { 'x-amz-meta-a': 'b' } });
  });

  it('bring an old version back, or change what is said of an object', async () => {
    const { headers } = await s3.send('PUT', 'k', { body: 'one' });
    await s3.send('PUT', 'k', { body: 'two' });
    const here = `${s3.bucket}/k`;
    expect((await copy('k', here)).text).toContain('InvalidRequest');
    const changed = { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-a': 'b' };
    expect((await copy('k', here, changed)).status).toBe(200);
    expect(await s3.send('GET', 'k')).toMatchObject({ text: 'two', headers: { 'x-amz-meta-a': 'b' } });
    await copy('k', `${here}?versionId=${headers['x-amz-version-id']}`);
    expect((await s3.send('GET', 'k')).text).toBe('one');
  });

  it('are refused where the source is not what was meant', async () => {
    await s3.send('PUT', 'k', { body: 'x' });
    const here = `${s3.bucket}/k`;
    expect((await copy('to', 'k')).text).toContain('InvalidArgument');
    expect((await copy('to', '%zz/k')).text).toContain('InvalidArgument');
    expect((await copy('to', 'other-bucket/k')).text).toContain('NoSuchBucket');
    expect(elements((await copy('to', `${s3.bucket}/none`)).text, 'Code')).toEqual(['NoSuchKey']);
    expect((await copy('to', here, { 'x-amz-copy-source-if-match': '"x"' })).status).toBe(412);
    expect((await copy('to', here, { 'x-amz-copy-source-if-none-match': '*' })).status).toBe(412);
    const marker = (await s3.send('DELETE', 'k')).headers['x-amz-version-id'];
    expect((await copy('to', `${here}?versionId=${marker}`)).text).toContain('InvalidRequest');
  });

  it('can be parts of an upload', async () => {
    await s3.send('PUT', 'k', { body: '0123456789' });
    const id = await create('to');
    const query = { uploadId: id, partNumber: '1' };
    const from = (range: string) => ({
      'x-amz-copy-source': `${s3.bucket}/k`,
      'x-amz-copy-source-range': range,
    });
    const done = await s3.send('PUT', 'to', { query, headers: from('bytes=2-4') });
    expect(elements(done.text, 'ETag')).toEqual([`&quot;${md5(Buffer.from('234')).toString('hex')}&quot;`]);
    await complete('to', id, [[1, etag(Buffer.from('234'))]]);
    expect((await s3.send('GET', 'to')).text).toBe('234');
    const again = { uploadId: await create('to'), partNumber: '1' };
    for (const range of ['bytes=5-10', 'bytes=4-2', 'bytes=-3']) {
      expect((await s3.send('PUT', 'to', { query: again, headers: from(range) })).text).toContain(
        'InvalidArgument',
      );
    }
  });
});
