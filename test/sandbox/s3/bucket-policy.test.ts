import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fits, readPattern } from '../../../src/sandbox/s3/policy/pattern.ts';
import { openTestS3, owner, type Sending, type TestS3 } from './test-s3.ts';

let s3: TestS3;
let arn: string;
beforeEach(async () => {
  s3 = await openTestS3();
  arn = `arn:aws:s3:::${s3.bucket}`;
});
afterEach(() => s3.close());

const policy = { policy: '' };
const put = (document: unknown) =>
  s3.send('PUT', '', {
    query: policy,
    body: typeof document === 'string' ? document : JSON.stringify(document),
  });
/** A statement that is whole, with some of it changed. */
const statement = (changed: object = {}) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `${arn}/packages/*`,
  ...changed,
});
const withStatements = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const keep = async (...changes: object[]) => {
  expect(await put(withStatements(...changes.map(statement)))).toMatchObject({ status: 204 });
};

describe('the policy of a bucket', () => {
  it('is kept without its white space until it is taken back, over a restart too', async () => {
    expect(await s3.send('GET', '', { query: policy })).toMatchObject({
      status: 404,
      text: expect.stringContaining('NoSuchBucketPolicy'),
    });
    const document = withStatements(statement({ Sid: 'Zoë' }));
    expect(await put(JSON.stringify(document, null, 4))).toMatchObject({ status: 204 });
    await s3.restart();
    expect(await s3.send('GET', '', { query: policy })).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      text: JSON.stringify(document),
    });
    for (let time = 0; time < 2; time += 1) {
      expect(await s3.send('DELETE', '', { query: policy })).toMatchObject({ status: 204 });
    }
    await s3.restart();
    expect(await s3.send('GET', '', { query: policy })).toMatchObject({ status: 404 });
  });

  it('is refused where it is damaged on the way', async () => {
    const body = JSON.stringify(withStatements(statement()));
    const sent = { query: policy, body, headers: { 'content-md5': Buffer.alloc(16).toString('base64') } };
    expect(await s3.send('PUT', '', sent)).toMatchObject({
      status: 400,
      text: expect.stringContaining('BadDigest'),
    });
    expect(await s3.send('GET', '', { query: policy })).toMatchObject({ status: 404 });
  });

  it('may be 20,480 bytes long and no longer', async () => {
    const padded = (bytes: number) => {
      const document = withStatements(statement({ Sid: '' }));
      const [only] = document.Statement as [{ Sid: string }];
      only.Sid = 'a'.repeat(bytes - JSON.stringify(document).length);
      return document;
    };
    expect(await put(JSON.stringify(padded(20_480), null, 2))).toMatchObject({ status: 204 });
    expect(await put(padded(20_481))).toMatchObject({
      status: 400,
      text: expect.stringMatching(/MalformedPolicy.*20480/),
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['an empty body', '', /valid JSON/],
    ['a list', '[]', /valid JSON/],
    ['half of it', '{"Version":', /valid JSON/],
    ['no statement', { Version: '2012-10-17' }, /Statement is empty/],
    ['statements that are none', { Statement: ['x'] }, /object is missing/],
    ['another version', { Version: '2020-01-01', Statement: [] }, /version/],
    ['an unknown field', { Statment: [] }, /Unknown field Statment/],
    ['a number for an id', { Id: 1, Statement: [] }, /Id/],
  ])('is refused: %s', async (_name, document, reason) => {
    const answer = await put(document);
    expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(/^MalformedPolicy/) });
    expect(answer.text).toMatch(reason);
  });

  it.each<[string, (arn: string) => object, RegExp]>([
    ['no effect', () => ({ Effect: undefined }), /Effect/],
    ['another effect', () => ({ Effect: 'deny' }), /Invalid effect: deny/],
    ['no principal', () => ({ Principal: undefined }), /Principal/],
    ['an empty principal', () => ({ Principal: {} }), /Principal/],
    ['a principal that is no arn', () => ({ Principal: { AWS: 'me' } }), /Invalid principal.*me/],
    [
      'a principal with a wildcard',
      () => ({ Principal: { AWS: 'arn:aws:iam::1234567*:root' } }),
      /principal/,
    ],
    ['a canonical user', () => ({ Principal: { CanonicalUser: 'a' } }), /does not evaluate CanonicalUser/],
    ['NotPrincipal', () => ({ NotPrincipal: '*' }), /does not evaluate NotPrincipal/],
    ['no action', () => ({ Action: undefined }), /Action/],
    ['both kinds of action', () => ({ NotAction: 's3:*' }), /both Action and NotAction/],
    ['an action nobody knows', () => ({ Action: 's3:GetObjct' }), /invalid action: s3:GetObjct/],
    ['an action of another service', () => ({ Action: 'sqs:SendMessage' }), /invalid action/],
    ['no resource', () => ({ Resource: [] }), /invalid resource/],
    ['a resource of another bucket', () => ({ Resource: 'arn:aws:s3:::other/*' }), /invalid resource/],
    ['a bucket that only begins alike', (own) => ({ Resource: `${own}-2/*` }), /invalid resource/],
    ['an action on keys for the bucket', (own) => ({ Resource: own }), /does not apply/],
    ['an action on the bucket for keys', () => ({ Action: ['s3:GetObject', 's3:ListBucket'] }), /ListBucket/],
    ['a policy variable', (own) => ({ Resource: `${own}/\${aws:username}` }), /policy variables/],
    ['an operator', () => ({ Condition: { DateLessThan: { 's3:authType': 'x' } } }), /DateLessThan/],
    [
      'a set operator',
      () => ({ Condition: { 'ForAllValues:StringLike': { 's3:authType': 'x' } } }),
      /ForAll/,
    ],
    ['a key', () => ({ Condition: { StringEquals: { 'aws:SourceVpce': 'x' } } }), /aws:SourceVpce/],
    ['an operator for a key', () => ({ Condition: { StringEquals: { 'aws:SourceIp': '::' } } }), /SourceIp/],
    ['an address', () => ({ Condition: { IpAddress: { 'aws:SourceIp': ['::1', '1.2.3'] } } }), /1\.2\.3/],
    ['a number', () => ({ Condition: { NumericLessThan: { 's3:signatureAge': 'old' } } }), /old/],
    ['a truth', () => ({ Condition: { Bool: { 'aws:SecureTransport': 'yes' } } }), /yes/],
    ['no value', () => ({ Condition: { StringEquals: { 's3:authType': [] } } }), /no value/],
    ['a value that is none', () => ({ Condition: { StringEquals: { 's3:authType': {} } } }), /invalid value/],
    ['conditions that are none', () => ({ Condition: [] }), /Condition/],
    ['a sid that is none', () => ({ Sid: 1 }), /Sid/],
  ])('is refused for %s, which is named', async (_name, changed, reason) => {
    const answer = await put(withStatements(statement(changed(arn))));
    expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(/^MalformedPolicy/) });
    expect(answer.text).toMatch(reason);
    expect(await s3.send('GET', '', { query: policy })).toMatchObject({ status: 404 });
  });

  it('names no statement twice', async () => {
    expect(await put(withStatements(statement({ Sid: 'a' }), statement({ Sid: 'a' })))).toMatchObject({
      status: 400,
      text: expect.stringContaining('unique'),
    });
  });
});

describe('a request', () => {
  /** The statuses of a GET of the key under each circumstance. */
  const statuses = (key: string, ...circumstances: Sending[]) =>
    Promise.all(circumstances.map(async (sending) => (await s3.send('GET', key, sending)).status));
  const from = (peer: string): Sending => ({ presigned: true, peer });
  const key = 'packages/1/a.zip';
  let versionId: string;
  beforeEach(async () => {
    const answer = await s3.send('PUT', key, { body: 'x' });
    versionId = answer.headers['x-amz-version-id'] ?? '';
    await s3.send('PUT', 'other', { body: 'x' });
  });

  it('from an address that is not on the list is denied by link, of either kind, and by no other way', async () => {
    await keep({
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: `${arn}/${key}`,
      Condition: {
        NotIpAddress: { 'aws:SourceIp': ['127.0.0.0/31', '203.0.113.7', '2001:db8::/32'] },
        StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
      },
    });
    const allowed = ['127.0.0.1', '::ffff:127.0.0.1', '203.0.113.7', '2001:db8:1::'].map(from);
    expect(await statuses(key, ...allowed)).toEqual([200, 200, 200, 200]);
    const refused = ['127.0.0.2', '::ffff:127.0.0.2', '203.0.113.8', '2001:db9::', ''].map(from);
    expect(await statuses(key, ...refused)).toEqual([403, 403, 403, 403, 403]);
    expect(await s3.send('GET', key, { ...from('127.0.0.2'), query: { versionId } })).toMatchObject({
      status: 403,
      text: expect.stringMatching(/^AccessDenied.*s3:GetObjectVersion/),
    });
    expect(await s3.send('HEAD', key, from('127.0.0.2'))).toMatchObject({ status: 403, text: '' });
    expect(await statuses('other', from('127.0.0.2'))).toEqual([200]);
    expect(await statuses(key, { peer: '127.0.0.2' })).toEqual([200]);
  });

  it.each<[string, object, boolean]>([
    ['no condition', {}, true],
    ['one of several values', { StringEquals: { 's3:authType': ['POST', 'REST-HEADER'] } }, true],
    ['none of several values', { StringEquals: { 's3:authType': ['POST', 'rest-header'] } }, false],
    ['negated, one of several', { StringNotEquals: { 's3:authType': ['POST', 'REST-HEADER'] } }, false],
    ['negated, none of several', { StringNotEquals: { 's3:authType': ['POST', 'x'] } }, true],
    ['like', { StringLike: { 's3:authType': 'REST-?EADER*' } }, true],
    ['not like', { StringNotLike: { 's3:authType': ['POST', 'REST*'] } }, false],
    ['the same but for case', { StringEqualsIgnoreCase: { 'S3:AUTHTYPE': 'rest-header' } }, true],
    [
      'two operators, both hold',
      { Bool: { 'aws:SecureTransport': false }, StringLike: { 's3:authType': '*' } },
      true,
    ],
    [
      'two operators, one fails',
      { Bool: { 'aws:SecureTransport': 'true' }, StringLike: { 's3:authType': '*' } },
      false,
    ],
    ['two keys, one fails', { StringLike: { 's3:authType': '*', 's3:signatureversion': 'AWS' } }, false],
    ['the version of the signature', { StringEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256' } }, true],
    ['an older signature than that', { NumericGreaterThan: { 's3:signatureAge': 59_999 } }, true],
    ['not older than that', { NumericGreaterThan: { 's3:signatureAge': '60000' } }, false],
    ['younger than that', { NumericLessThan: { 's3:signatureAge': ['60001', '1'] } }, true],
    ['not younger than that', { NumericLessThan: { 's3:signatureAge': 60_000 } }, false],
    ['a key that is absent', { StringEquals: { 's3:VersionId': 'x' } }, false],
    ['negated, a key that is absent', { StringNotEquals: { 's3:VersionId': 'x' } }, true],
    ['a key that may be absent', { StringEqualsIfExists: { 's3:VersionId': 'x' } }, true],
    ['a key that must be absent', { Null: { 's3:VersionId': true } }, true],
    ['a key that must be there', { Null: { 's3:VersionId': 'false' } }, false],
    ['its address', { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '127.0.0.1/32'] } }, true],
    ['another address', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
  ])('meets the condition, or does not: %s', async (_name, Condition, met) => {
    await keep({ Condition });
    s3.time.now = owner.signedAt + 60_000;
    expect(await statuses(key, {})).toEqual([met ? 403 : 200]);
  });

  it('of a version is told apart by its action and its id', async () => {
    await keep({ Action: 's3:GetObject' });
    expect(await statuses(key, {}, { query: { versionId } })).toEqual([403, 200]);
    await keep({ Action: 's3:getobjectversion' });
    expect(await statuses(key, {}, { query: { versionId } })).toEqual([200, 403]);
    await keep({ Action: 's3:GetObject*', Condition: { StringEquals: { 's3:VersionId': versionId } } });
    expect(await statuses(key, {}, { query: { versionId } })).toEqual([200, 403]);
  });

  it('is denied by what a statement leaves out', async () => {
    await keep({ Action: undefined, NotAction: ['s3:PutObject', 's3:*BucketPolicy'], Resource: `${arn}/*` });
    expect(await statuses(key, {})).toEqual([403]);
    expect(await s3.send('PUT', key, { body: 'y' })).toMatchObject({ status: 200 });
    await keep({ Resource: undefined, NotResource: `${arn}/packages/?/*` });
    expect(await statuses(key, {})).toEqual([200]);
    expect(await statuses('other', {})).toEqual([403]);
  });

  it('is denied by one statement whatever others allow', async () => {
    await keep({ Effect: 'Allow' }, {}, { Effect: 'Allow' });
    expect(await statuses(key, {})).toEqual([403]);
  });

  it('is denied to whom it is denied', async () => {
    const denied = async (AWS: string | string[]) => {
      await keep({ Principal: { AWS } });
      return (await statuses(key, {}))[0] === 403;
    };
    expect(await denied('*')).toBe(true);
    expect(await denied(owner.arn)).toBe(true);
    expect(await denied(['123456789012'])).toBe(true);
    expect(await denied('arn:aws:iam::123456789012:root')).toBe(true);
    expect(await denied('arn:aws:iam::123456789012:user/another')).toBe(false);
    expect(await denied(['210987654321', 'arn:aws:iam::210987654321:root'])).toBe(false);
    await keep({ Principal: { Service: 'cloudfront.amazonaws.com' } });
    expect(await statuses(key, {})).toEqual([200]);
  });

  it('without a signature gets what is allowed to everybody, and nothing else', async () => {
    const anybody: Sending = { caller: null };
    expect(await statuses(key, anybody)).toEqual([403]);
    await keep({ Effect: 'Allow', Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/30' } } });
    expect(await statuses(key, anybody, { ...anybody, peer: '127.0.0.4' })).toEqual([200, 403]);
    expect(await statuses('other', anybody)).toEqual([403]);
    // Who may not list is not told what is not there.
    expect(await statuses('packages/none', anybody, {})).toEqual([403, 404]);
    await keep({ Effect: 'Allow', Condition: { StringNotEquals: { 's3:authType': 'REST-HEADER' } } });
    expect(await statuses(key, anybody)).toEqual([200]);
    await keep({ Effect: 'Allow', Principal: { AWS: '123456789012' } });
    expect(await statuses(key, anybody)).toEqual([403]);
  });

  it('of every kind is weighed', async () => {
    const copied = { 'x-amz-copy-source': `/${s3.bucket}/${key}` };
    const operations: [action: string, method: string, name: string, sending: Sending][] = [
      ['s3:PutObject', 'PUT', key, { body: 'y' }],
      ['s3:PutObject', 'POST', key, { query: { uploads: '' } }],
      ['s3:PutObject', 'PUT', key, { headers: { 'x-amz-copy-source': `/${s3.bucket}/other` } }],
      ['s3:GetObject', 'PUT', 'copy', { headers: copied }],
      ['s3:DeleteObject', 'DELETE', key, {}],
      ['s3:DeleteObjectVersion', 'DELETE', key, { query: { versionId } }],
      ['s3:AbortMultipartUpload', 'DELETE', key, { query: { uploadId: 'x' } }],
      ['s3:ListMultipartUploadParts', 'GET', key, { query: { uploadId: 'x' } }],
      ['s3:ListBucket', 'GET', '', {}],
      ['s3:ListBucket', 'HEAD', '', {}],
      ['s3:ListBucketVersions', 'GET', '', { query: { versions: '' } }],
      ['s3:ListBucketMultipartUploads', 'GET', '', { query: { uploads: '' } }],
      ['s3:GetBucketPolicy', 'GET', '', { query: policy }],
    ];
    for (const [Action, method, name, sending] of operations) {
      await keep({ Action, Resource: [arn, `${arn}/packages/*`] });
      expect([Action, method, (await s3.send(method, name, sending)).status]).toEqual([Action, method, 403]);
    }
    await keep({ Action: 's3:PutBucketPolicy', Resource: arn });
    expect(await put(withStatements(statement()))).toMatchObject({ status: 403 });
    expect(await s3.send('DELETE', '', { query: policy })).toMatchObject({ status: 204 });
  });

  it('to delete several keys is weighed key by key', async () => {
    await keep({ Action: 's3:DeleteObject' });
    const body = `<Delete><Object><Key>${key}</Key></Object><Object><Key>other</Key></Object></Delete>`;
    const md5 = createHash('md5').update(body).digest('base64');
    const answer = await s3.send('POST', '', {
      query: { delete: '' },
      body,
      headers: { 'content-md5': md5 },
    });
    expect(answer.text).toMatch(/<Error><Key>packages\/1\/a\.zip<\/Key><Code>AccessDenied<\/Code>/);
    expect(answer.text).toContain('<Deleted><Key>other</Key>');
    expect(await statuses(key, {})).toEqual([200]);
  });
});

describe('patterns', () => {
  const expressions: Record<string, string> = { '*': '[^]*', '?': '[^]', '.': '\\.', '${*}': '\\*' };
  it('fit what the same regular expression fits', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '?', '.', '${*}', '\u{1f600}'), {
      maxLength: 10,
    });
    const texts = fc.array(fc.constantFrom('a', 'b', '*', '.', '\u{1f600}'), { maxLength: 10 });
    fc.assert(
      fc.property(letters, texts, (tokens, text) => {
        const expression = tokens.map((token) => expressions[token] ?? token);
        const expected = new RegExp(`^${expression.join('')}$`, 'u').test(text.join(''));
        expect(fits(readPattern(tokens.join('')), text.join(''))).toBe(expected);
      }),
    );
  });
});
