import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { elements, openTestS3, type TestS3 } from './test-s3.ts';

let s3: TestS3;
beforeEach(async () => {
  s3 = await openTestS3();
});
afterEach(() => s3.close());

const lifecycle = { lifecycle: '' };
const key = 'packages/1/a.zip';
const days = (count: number) => count * 24 * 60 * 60 * 1000;
const put = (document: string) => {
  const md5 = createHash('md5').update(document).digest('base64');
  return s3.send('PUT', '', { query: lifecycle, body: document, headers: { 'content-md5': md5 } });
};
const rules = (...all: string[]) =>
  `<LifecycleConfiguration>${all.map((rule) => `<Rule>${rule}</Rule>`).join('\n')}</LifecycleConfiguration>`;
const expires = (prefix: string, after: number, more = '') =>
  `<Filter><Prefix>${prefix}</Prefix></Filter><Status>Enabled</Status><Expiration><Days>${after}</Days></Expiration>${more}`;
const expirationOf = async (name: string) => (await s3.send('HEAD', name)).headers['x-amz-expiration'];
const versionsOf = async () => (await s3.send('GET', '', { query: { versions: '' } })).text;

describe('a package', () => {
  it('says when it ends: at the midnight after thirty days', async () => {
    // Written on 2 January at 03:04.
    const end = 'expiry-date="Mon, 02 Feb 2026 00:00:00 GMT", rule-id="packages"';
    const answer = await s3.send('PUT', key, { body: 'x' });
    expect(answer.headers['x-amz-expiration']).toBe(end);
    for (const method of ['GET', 'HEAD']) {
      expect((await s3.send(method, key)).headers['x-amz-expiration']).toBe(end);
    }
    const copied = { 'x-amz-copy-source': `/${s3.bucket}/${key}` };
    const copy = await s3.send('PUT', 'packages/2/a.zip', { headers: copied });
    expect(copy.headers['x-amz-expiration']).toBe(end);

    const created = await s3.send('POST', key, { query: { uploads: '' } });
    const uploadId = elements(created.text, 'UploadId')[0] ?? '';
    const part = await s3.send('PUT', key, { query: { uploadId, partNumber: '1' }, body: 'y' });
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    const completed = await s3.send('POST', key, { query: { uploadId }, body });
    expect(completed.headers['x-amz-expiration']).toBe(end);
  });

  it('of an older version says nothing of it, nor does what no rule is for', async () => {
    const first = await s3.send('PUT', key, { body: 'x' });
    await s3.send('PUT', key, { body: 'y' });
    const query = { versionId: first.headers['x-amz-version-id'] ?? '' };
    expect((await s3.send('GET', key, { query })).headers).not.toHaveProperty(['x-amz-expiration']);
    await s3.send('PUT', 'other', { body: 'x' });
    expect(await expirationOf('other')).toBeUndefined();
    await s3.send('PUT', 'linux-x64-binaries.zip', { body: 'x' });
    expect(await expirationOf('linux-x64-binaries.zip')).toContain('Sat, 10 Jan 2026 00:00:00 GMT');
  });

  it('is there until that moment and hidden from then on, its pinned version a day longer', async () => {
    const answer = await s3.send('PUT', key, { body: 'x' });
    const query = { versionId: answer.headers['x-amz-version-id'] ?? '' };
    const end = Date.UTC(2026, 1, 2);
    s3.time.now = end - 1;
    expect((await s3.send('GET', key)).text).toBe('x');
    s3.time.now = end;
    const gone = await s3.send('GET', key);
    expect(gone).toMatchObject({ status: 404, text: expect.stringContaining('NoSuchKey') });
    expect(elements((await s3.send('GET', '')).text, 'Key')).toEqual([]);
    expect(await s3.objects.get(s3.bucket, key)).toBeUndefined();
    const listed = await versionsOf();
    expect(elements(listed, 'IsLatest')).toEqual(['true', 'false']);
    expect(elements(listed, 'LastModified')).toContain(new Date(end).toISOString());
    s3.time.now = end + days(1) - 1;
    expect(await s3.send('GET', key, { query })).toMatchObject({ status: 200, text: 'x' });
    s3.time.now = end + days(1);
    expect(await s3.send('GET', key, { query })).toMatchObject({ status: 404 });
    expect(await versionsOf()).not.toContain(key);
    expect(await s3.files()).toEqual([]);
  });

  it('is judged by the clock after a restart, and only once', async () => {
    await s3.send('PUT', key, { body: 'x' });
    s3.time.now += days(31);
    await s3.restart();
    expect(await s3.objects.get(s3.bucket, key)).toBeUndefined();
    const once = await versionsOf();
    expect(elements(once, 'Key')).toEqual([key, key]);
    await s3.restart();
    expect(await versionsOf()).toBe(once);
  });

  it('that came back in another version ends later', async () => {
    await s3.send('PUT', key, { body: 'old' });
    s3.time.now += days(29);
    await s3.send('PUT', key, { body: 'new' });
    s3.time.now += days(2);
    expect((await s3.send('GET', key)).text).toBe('new');
    expect(elements(await versionsOf(), 'Key')).toEqual([key]);
  });
});

describe('the lifecycle rules of a bucket', () => {
  it('are answered, replaced and deleted, over a restart too', async () => {
    const get = () => s3.send('GET', '', { query: lifecycle });
    expect(elements((await get()).text, 'ID')).toEqual(['packages', 'artifacts']);
    const more =
      '<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>';
    expect(await put(rules(`<ID>mine &amp; yours</ID>${expires('packages/', 2, more)}`))).toMatchObject({
      status: 200,
    });
    await s3.restart();
    const answer = await get();
    expect(answer.text).toContain('<ID>mine &amp; yours</ID><Filter><Prefix>packages/</Prefix></Filter>');
    expect(answer.text).toContain('<Expiration><Days>2</Days></Expiration>');
    expect(answer.text).toContain('<NoncurrentDays>3</NoncurrentDays>');
    await s3.send('PUT', key, { body: 'x' });
    expect(await expirationOf(key)).toBe(
      'expiry-date="Mon, 05 Jan 2026 00:00:00 GMT", rule-id="mine%20%26%20yours"',
    );
    expect(await s3.send('DELETE', '', { query: lifecycle })).toMatchObject({ status: 204 });
    await s3.restart();
    expect(await get()).toMatchObject({
      status: 404,
      text: expect.stringContaining('NoSuchLifecycleConfiguration'),
    });
    expect(await expirationOf(key)).toBeUndefined();
  });

  it('that come first count, those switched off do not', async () => {
    await put(
      rules(
        expires('', 9),
        expires('packages/', 4),
        expires('packages/1/', 6),
        expires('', 1).replace('Enabled', 'Disabled'),
      ),
    );
    await s3.send('PUT', key, { body: 'x' });
    await s3.send('PUT', 'other', { body: 'x' });
    expect(await expirationOf(key)).toContain('Wed, 07 Jan 2026');
    expect(await expirationOf('other')).toContain('Mon, 12 Jan 2026');
  });

  it('hold for what is there already', async () => {
    await s3.send('PUT', 'old', { body: 'x' });
    s3.time.now += days(10);
    expect((await s3.send('GET', 'old')).status).toBe(200);
    await put(rules(expires('', 5)));
    expect((await s3.send('GET', 'old')).status).toBe(404);
  });

  it.each([
    ['nothing', '<LifecycleConfiguration/>', 'MalformedXML'],
    ['no action', rules('<Filter/><Status>Enabled</Status>'), 'InvalidRequest'],
    ['no status', rules(expires('', 1).replace(/<Status>.*<\/Status>/, '')), 'MalformedXML'],
    ['no filter', rules(expires('', 1).replace(/<Filter>.*<\/Filter>/, '')), 'MalformedXML'],
    ['no day', rules(expires('', 0)), 'InvalidArgument'],
    ['half a day', rules(expires('', 0.5)), 'MalformedXML'],
    ['one id twice', rules(`<ID>a</ID>${expires('', 1)}`, `<ID>a</ID>${expires('', 2)}`), 'InvalidArgument'],
    ['a transition', rules(expires('', 1, '<Transition/>')), 'NotImplemented'],
    ['a tag', rules(expires('', 1).replace('<Prefix></Prefix>', '<Tag/>')), 'NotImplemented'],
    ['a date', rules(expires('', 1).replace(/Days/g, 'Date')), 'NotImplemented'],
  ])('are refused: %s', async (_name, document, code) => {
    expect((await put(document)).text).toMatch(new RegExp(`^${code}`));
    expect(elements((await s3.send('GET', '', { query: lifecycle })).text, 'ID')).toHaveLength(2);
  });
});
