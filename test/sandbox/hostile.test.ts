import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendWire, signWire, type WireRequest } from '../support/front.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

/**
 * What somebody with the key may send by mistake. Every answer must be one of AWS's: a 500 would be an error of ours,
 * and nothing outside the services' own files may change.
 */
let sandbox: TestSandbox;
const bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';

beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

const send = async (wire: WireRequest, service: string) => {
  const { port, credentials } = sandbox.info;
  return sendWire(
    port,
    await signWire(port, wire, { at: Date.UTC(2026, 10, 20), service, secret: { ...credentials } }),
  );
};

const operations = [
  ...[
    'ListProjects',
    'BatchGetProjects',
    'ListBuilds',
    'ListBuildsForProject',
    'BatchGetBuilds',
    'StartBuild',
    'StopBuild',
    'RetryBuild',
  ].map((name) => ['codebuild', `CodeBuild_20161006.${name}`]),
  ...['GetLogEvents', 'FilterLogEvents', 'DescribeLogStreams', 'DescribeLogGroups'].map((name) => [
    'logs',
    `Logs_20140328.${name}`,
  ]),
  ...[
    'PutParameter',
    'GetParameter',
    'GetParameters',
    'GetParametersByPath',
    'GetParameterHistory',
    'DeleteParameter',
    'DeleteParameters',
  ].map((name) => ['ssm', `AmazonSSM.${name}`]),
] as [string, string][];

const members = [
  'projectName',
  'projectNames',
  'names',
  'ids',
  'id',
  'nextToken',
  'sortOrder',
  'environmentVariablesOverride',
  'buildspecOverride',
  'timeoutInMinutesOverride',
  'sourceVersion',
  'idempotencyToken',
  'logGroupName',
  'logStreamName',
  'logStreamNames',
  'startTime',
  'endTime',
  'limit',
  'startFromHead',
  'filterPattern',
  'orderBy',
  'descending',
  'Name',
  'Names',
  'Value',
  'Type',
  'Overwrite',
  'Path',
  'Recursive',
  'WithDecryption',
  'MaxResults',
  'NextToken',
  'KeyId',
  'Tags',
  'AllowedPattern',
  'Tier',
  '__proto__',
];
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    'claude-code-auth-linux-x64-build',
    '/aws/codebuild/claude-code-auth-linux-x64-build',
    'a:b',
    '/x',
    '',
    -1,
    0,
    1e300,
    '\u0000',
    '..',
    '../../secret',
  ),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
);
const input = fc
  .dictionary(fc.constantFrom(...members), value, { maxKeys: 6 })
  .map((one) => JSON.stringify(one));
const body = fc.oneof(
  { weight: 6, arbitrary: input },
  fc.json({ maxDepth: 2 }),
  fc.string({ maxLength: 30 }),
);

describe('an AWS JSON service', () => {
  it('has an AWS answer to any input', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operations), body, async ([service, target], text) => {
        const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
        const answer = await send({ method: 'POST', path: '/', headers, body: text }, service);
        expect([200, 400]).toContain(answer.status);
        expect(JSON.parse(answer.body)).not.toMatchObject({ __type: 'InvalidSignatureException' });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a Query service', () => {
  it('has an AWS answer to any form', async () => {
    const pair = fc.tuple(
      fc.constantFrom('Action', 'Version', 'StackName', 'NextToken', '__proto__', ''),
      fc.oneof(
        fc.constantFrom('GetCallerIdentity', 'DescribeStacks', '2011-06-15', '2010-05-15', '%', '%ff', '+'),
        fc.string({ maxLength: 8 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('sts', 'cloudformation'),
        fc.array(pair, { maxLength: 4 }),
        async (service, pairs) => {
          const headers = { 'content-type': 'application/x-www-form-urlencoded' };
          const text = pairs.map((one) => one.join('=')).join('&');
          const answer = await send({ method: 'POST', path: '/', headers, body: text }, service);
          expect([200, 400]).toContain(answer.status);
          expect(answer.body).toMatch(/^<\?xml /);
        },
      ),
      { numRuns: 120 },
    );
  });
});

describe('S3', () => {
  const subresource = fc.constantFrom(
    '',
    'uploads',
    'uploadId=x',
    'uploadId=x&partNumber=1',
    'partNumber=99999',
    'versionId=x',
    'versions',
    'delete',
    'list-type=2',
    'list-type=2&max-keys=x',
    'max-keys=-1',
    'continuation-token=x',
    'location',
    'versioning',
    'acl',
    'tagging',
    'policy',
    'delimiter=%2F&prefix=..',
    'encoding-type=url',
    'key-marker=a&version-id-marker=b',
    'response-content-disposition=a%0d%0ab',
  );
  const header = fc.constantFrom<[string, string][]>(
    ['range', 'bytes=0-0'],
    ['range', 'bytes=9999999-'],
    ['range', 'lines=1-2'],
    ['range', 'bytes=-0'],
    ['if-match', '"x"'],
    ['if-none-match', '*'],
    ['if-modified-since', 'never'],
    ['content-md5', 'not base64'],
    ['x-amz-checksum-crc32', 'AAAA'],
    ['x-amz-checksum-sha256', '='],
    ['x-amz-sdk-checksum-algorithm', 'MD4'],
    ['x-amz-copy-source', '/..'],
    ['x-amz-copy-source', '%zz'],
    ['x-amz-copy-source', `${bucket}/source.zip`],
    ['x-amz-copy-source-range', 'bytes=9-1'],
    ['x-amz-meta-a', 'b\tc'],
    ['x-amz-checksum-mode', 'ENABLED'],
    ['x-amz-tagging', 'a=b&a=c'],
    ['content-type', 'text/html'],
    ['x-amz-storage-class', 'NONE'],
  );
  const segment = fc.constantFrom(
    '..',
    '.',
    '',
    '%2e%2e',
    '%2F',
    'a',
    '%00',
    '%E2%80%AE',
    'source.zip',
    'packages',
    '%0a',
    'con',
    '~',
    '*',
  );

  it('has an AWS answer to any address, header and body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE'),
        fc.oneof({ weight: 3, arbitrary: fc.constant(bucket) }, fc.constantFrom('nobody', '..', 'x')),
        fc.array(segment, { maxLength: 4 }),
        subresource,
        fc.array(header, { maxLength: 3 }),
        fc.constantFrom(
          '',
          '<Delete><Object><Key>a</Key></Object></Delete>',
          '<CompleteMultipartUpload>',
          '<!DOCTYPE x [<!ENTITY e "e">]><Delete>&e;</Delete>',
          '<a>'.repeat(500),
          'text',
        ),
        async (method, name, segments, query, headers, text) => {
          const wire = {
            method,
            path: `/${[name, ...segments].join('/')}?${query}`,
            headers: Object.fromEntries(headers),
            ...(method === 'PUT' || method === 'POST' ? { body: text } : {}),
          };
          const answer = await send(wire, 's3');
          expect([200, 204, 206, 304, 400, 404, 405, 409, 411, 412, 416, 501]).toContain(answer.status);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('takes dots and slashes in a key for what they are: parts of a name', async () => {
    const root = join(sandbox.dir, 'sandbox');
    const secret = await readFile(join(root, 'secret.json'), 'utf8');
    const before = (await readdir(root)).sort();
    for (const key of [
      '../secret.json',
      '../../secret.json',
      '..',
      '//etc/passwd',
      'a/../../../secret.json',
      '%2e%2e%2fsecret.json',
      'C:%5Cx',
    ]) {
      const path = `/${bucket}/${key}`;
      expect((await send({ method: 'PUT', path, body: key }, 's3')).status).toBe(200);
      expect((await send({ path }, 's3')).body).toBe(key);
    }
    expect(await readFile(join(root, 'secret.json'), 'utf8')).toBe(secret);
    expect((await readdir(root)).sort()).toEqual(before);
    expect((await readdir(sandbox.dir)).sort()).toEqual(['sandbox']);
  });
});
