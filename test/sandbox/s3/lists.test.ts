import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childrenOf, parseXml, textOf, urlEncode } from '../../../src/sandbox/s3/xml.ts';
import { elements, openTestS3, type TestS3 } from './test-s3.ts';

let s3: TestS3;
beforeEach(async () => {
  s3 = await openTestS3();
});
afterEach(() => s3.close());

const list = async (query: Record<string, string> = {}) => (await s3.send('GET', '', { query })).text;
const listV2 = (query: Record<string, string> = {}) => list({ 'list-type': '2', ...query });

async function putAll(keys: readonly string[]): Promise<void> {
  for (const key of keys) await s3.send('PUT', key, { body: key });
}

describe('ListObjectsV2', () => {
  it('answers in exactly the shape of S3', async () => {
    await putAll(['b/1', 'a&b']);
    expect(await listV2({ delimiter: '/', 'fetch-owner': 'true' })).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${s3.bucket}</Name><Prefix></Prefix><Delimiter>/</Delimiter><MaxKeys>1000</MaxKeys><KeyCount>2</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>a&amp;b</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;${createHash('md5').update('a&b').digest('hex')}&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>3</Size><Owner><ID>${'123456789012'.padStart(64, '0')}</ID></Owner><StorageClass>STANDARD</StorageClass></Contents><CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes></ListBucketResult>`,
    );
  });

  it('pages by continuation token, counting prefixes as keys', async () => {
    await putAll(['a/1', 'a/2', 'b', 'c/1', 'd']);
    const pages: string[][] = [];
    let token: string | undefined;
    do {
      const page = await listV2({
        'max-keys': '2',
        delimiter: '/',
        ...(token === undefined ? {} : { 'continuation-token': token }),
      });
      pages.push([...elements(page, 'Key'), ...elements(page, 'Prefix').filter((prefix) => prefix !== '')]);
      expect(elements(page, 'IsTruncated')).toEqual([String(pages.length < 2)]);
      [token] = elements(page, 'NextContinuationToken');
    } while (token !== undefined);
    expect(pages).toEqual([
      ['b', 'a/'],
      ['d', 'c/'],
    ]);
  });

  it('knows prefixes, start-after and hidden keys', async () => {
    await putAll(['logs/1', 'logs/2', 'logs/3', 'other']);
    await s3.send('DELETE', 'logs/3');
    expect(elements(await listV2({ prefix: 'logs/', 'start-after': 'logs/1' }), 'Key')).toEqual(['logs/2']);
    expect(elements(await listV2({ 'max-keys': '0' }), 'KeyCount')).toEqual(['0']);
  });

  it('writes any key so that it can be read back', async () => {
    const letter = fc.constantFrom(
      'a',
      '/',
      '\u0000',
      '\u0001',
      '\r',
      '\n',
      '\t',
      '&',
      '<',
      ']]>',
      '"',
      'é',
      '\uffff',
    );
    const key = fc.array(letter, { minLength: 1, maxLength: 12 }).map((letters) => letters.join(''));
    await fc.assert(
      fc.asyncProperty(key, async (name) => {
        const put = await s3.send('PUT', name, { body: 'x' });
        const plain = parseXml(await listV2(), 'ListBucketResult');
        expect(childrenOf(plain, 'Contents').map((node) => textOf(node, 'Key'))).toEqual([name]);
        const [encoded = ''] = elements(await listV2({ 'encoding-type': 'url' }), 'Key');
        expect(decodeURIComponent(encoded.replaceAll('+', ' '))).toBe(name);
        await s3.send('DELETE', name, { query: { versionId: put.headers['x-amz-version-id'] ?? '' } });
      }),
      { numRuns: 50 },
    );
  });

  it('encodes keys as S3 does', () => {
    expect(urlEncode("a b/c+d~e(é)*!'.txt")).toBe('a+b/c%2Bd%7Ee%28%C3%A9%29*%21%27.txt');
  });

  it.each([
    [{ 'max-keys': 'many' }, 'InvalidArgument'],
    [{ 'max-keys': '-1' }, 'InvalidArgument'],
    [{ 'encoding-type': 'base64' }, 'InvalidArgument'],
    [{ 'continuation-token': 'made up' }, 'InvalidArgument'],
  ])('refuses %j', async (query, code) => {
    expect(await listV2(query)).toContain(code);
  });
});

describe('ListObjects', () => {
  it('pages by marker', async () => {
    await putAll(['a', 'b/1', 'b/2', 'c']);
    const first = await list({ 'max-keys': '2', delimiter: '/' });
    expect(elements(first, 'NextMarker')).toEqual(['b/']);
    const rest = await list({ marker: 'b/', delimiter: '/' });
    expect(elements(rest, 'Key')).toEqual(['c']);
    expect(elements(rest, 'Marker')).toEqual(['b/']);
  });
});

describe('ListObjectVersions', () => {
  it('shows versions and delete markers, newest first, and pages through them', async () => {
    const ids: string[] = [];
    for (const body of ['one', 'two']) {
      ids.unshift((await s3.send('PUT', 'k', { body })).headers['x-amz-version-id'] ?? '');
    }
    ids.unshift((await s3.send('DELETE', 'k')).headers['x-amz-version-id'] ?? '');
    const all = await list({ versions: '' });
    expect(elements(all, 'VersionId')).toEqual(ids);
    expect(elements(all, 'IsLatest')).toEqual(['true', 'false', 'false']);
    expect(all).toContain(`<DeleteMarker><Key>k</Key><VersionId>${ids[0]}</VersionId>`);

    const page = await list({ versions: '', 'max-keys': '1' });
    expect(elements(page, 'NextKeyMarker')).toEqual(['k']);
    expect(elements(page, 'NextVersionIdMarker')).toEqual([ids[0]]);
    const rest = await list({ versions: '', 'key-marker': 'k', 'version-id-marker': ids[0] ?? '' });
    expect(elements(rest, 'VersionId')).toEqual(ids.slice(1));
    expect(await list({ versions: '', 'version-id-marker': 'x' })).toContain('InvalidArgument');
  });
});

describe('the bucket', () => {
  it('is listed, found, placed and versioned', async () => {
    const buckets = await s3.sendTo('GET', '/');
    expect(elements(buckets.text, 'Name')).toEqual([s3.bucket]);
    expect(elements(buckets.text, 'CreationDate')).toEqual(['2026-01-02T03:04:05.678Z']);
    expect(await s3.send('HEAD', '')).toMatchObject({
      status: 200,
      headers: { 'x-amz-bucket-region': 'us-east-1' },
    });
    const location = await s3.send('GET', '', { query: { location: '' } });
    expect(location.text).toMatch(/<LocationConstraint xmlns="[^"]*"><\/LocationConstraint>$/);
    expect(elements(await list({ versioning: '' }), 'Status')).toEqual(['Enabled']);
  });
});

describe('a document', () => {
  it('is read or refused, whatever it holds', () => {
    const token = fc.constantFrom(
      '<Delete>',
      '</Delete>',
      '<',
      '>',
      '</',
      '&',
      '&amp;',
      '&#x41;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?',
      'a',
      ' x="',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(token, fc.string()), { maxLength: 12 }), (tokens) => {
        try {
          const node = parseXml(`<Delete>${tokens.join('')}</Delete>`, 'Delete');
          if (typeof node !== 'string') textOf(node, 'Key');
        } catch (error) {
          expect(error).toMatchObject({ code: 'MalformedXML' });
        }
      }),
    );
  });
});

describe('DeleteObjects', () => {
  const remove = (body: string, headers: Record<string, string> = {}) => {
    const digest = createHash('md5').update(body).digest('base64');
    return s3.send('POST', '', {
      query: { delete: '' },
      body,
      headers: { 'content-md5': digest, ...headers },
    });
  };

  it('deletes keys and versions, each with its outcome', async () => {
    await putAll(['a', 'b&c']);
    const versionId = (await s3.send('PUT', 'd', { body: 'x' })).headers['x-amz-version-id'] ?? '';
    const answer = await remove(
      `<?xml version="1.0"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object>
       <Object><Key>b&amp;c</Key></Object><Object><Key>d</Key><VersionId>${versionId}</VersionId></Object>
       <Object><Key>e</Key><VersionId>no such</VersionId></Object></Delete>`,
    );
    expect(elements(answer.text, 'Key')).toEqual(['a', 'b&amp;c', 'd', 'e']);
    expect(elements(answer.text, 'DeleteMarker')).toEqual(['true', 'true']);
    expect(elements(answer.text, 'Code')).toEqual(['InvalidArgument']);
    expect(elements(await listV2(), 'Key')).toEqual([]);
    expect(elements(await list({ versions: '', prefix: 'd' }), 'VersionId')).toEqual([]);
  });

  it('says nothing of what went well when asked to be quiet', async () => {
    await putAll(['a']);
    const answer = await remove('<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>');
    expect(answer.text).not.toContain('Deleted');
  });

  it.each([
    ['not xml', 'MalformedXML'],
    ['<Delete></Delete>', 'MalformedXML'],
    ['<Other><Object><Key>a</Key></Object></Other>', 'MalformedXML'],
    ['<Delete><Object><Key><Deep>a</Deep></Key></Object></Delete>', 'MalformedXML'],
    ['<!DOCTYPE x [<!ENTITY e "a">]><Delete><Object><Key>&e;</Key></Object></Delete>', 'MalformedXML'],
    ['<Delete><Object><Key>&e;</Key></Object></Delete>', 'MalformedXML'],
    [`<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`, 'MalformedXML'],
    [`<Delete>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</Delete>`, 'MalformedXML'],
  ])('refuses the list %#', async (body, code) => {
    await putAll(['a']);
    expect((await remove(body)).text).toContain(code);
    expect(elements(await listV2(), 'Key')).toEqual(['a']);
  });

  it('wants its list checked', async () => {
    const body = '<Delete><Object><Key>a</Key></Object></Delete>';
    expect((await remove(body, { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' })).text).toContain('BadDigest');
    const unchecked = await s3.send('POST', '', { query: { delete: '' }, body });
    expect(unchecked.text).toContain('InvalidRequest');
  });
});
