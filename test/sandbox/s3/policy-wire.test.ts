import { Agent } from 'node:http';
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendWire } from '../../support/front.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

const Bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';
const Key = 'packages/20261125-170000/a package.zip';
const arn = `arn:aws:s3:::${Bucket}`;
let sandbox: TestSandbox;
let s3: S3Client;

const clientFrom = (localAddress: string) => {
  const { endpoint, region, credentials } = sandbox.info;
  const requestHandler = new NodeHttpHandler({ httpAgent: new Agent({ localAddress }) });
  return new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler,
  });
};
beforeAll(async () => {
  sandbox = await startTestSandbox();
  s3 = clientFrom('127.0.0.1');
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'the package' }));
});
afterEach(() => s3.send(new DeleteBucketPolicyCommand({ Bucket })));
afterAll(async () => {
  s3.destroy();
  await sandbox.close();
});

const put = (Statement: object) =>
  s3.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );
/** A request of one connection whose own end has that address. */
const from = (localAddress: string, url: string, method = 'GET', headers: Record<string, string> = {}) => {
  const { pathname, search } = new URL(url);
  const path = `${pathname}${search}`;
  return sendWire(sandbox.info.port, {
    method,
    path,
    headers: { host: new URL(url).host, ...headers },
    localAddress,
  });
};
/** The other addresses of loopback are there by themselves on Linux alone. */
const others = process.platform === 'linux' ? it : it.skip;

describe('a bucket policy over the wire', () => {
  it('is put, answered and deleted by the SDK', async () => {
    const get = () => s3.send(new GetBucketPolicyCommand({ Bucket }));
    await expect(get()).rejects.toMatchObject({
      name: 'NoSuchBucketPolicy',
      $metadata: { httpStatusCode: 404 },
    });
    const statement = {
      Sid: 'A',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:GetObjectAcl',
      Resource: `${arn}/*`,
    };
    await expect(put([statement])).resolves.toMatchObject({ $metadata: { httpStatusCode: 204 } });
    expect(JSON.parse((await get()).Policy ?? '')).toEqual({ Version: '2012-10-17', Statement: [statement] });
    await expect(put([{ ...statement, Effect: 'Maybe' }])).rejects.toMatchObject({
      name: 'MalformedPolicy',
      message: 'Invalid effect: Maybe',
      $metadata: { httpStatusCode: 400 },
    });
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
  });

  others('lets a link be used from the addresses of its list alone', async () => {
    const { VersionId } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const restricted = (address: string) =>
      put({
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: `${arn}/${Key}`,
        Condition: {
          NotIpAddress: { 'aws:SourceIp': [address] },
          StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
        },
      });
    const pinned = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key, VersionId }));
    const plain = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }));
    await restricted('127.0.0.2/32');
    for (const url of [pinned, plain]) {
      expect(await from('127.0.0.2', url)).toMatchObject({ status: 200, body: 'the package' });
      const refused = await from('127.0.0.1', url);
      expect(refused.status).toBe(403);
      expect(refused.headers['content-type']).toBe('application/xml');
      expect(refused.body).toContain('<Code>AccessDenied</Code>');
      expect(refused.body).not.toContain('the package');
    }
    const other = clientFrom('127.0.0.2');
    // A request that signs its headers is free to come from anywhere.
    for (const client of [s3, other]) {
      await expect(client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).resolves.toMatchObject({
        ContentLength: 11,
      });
    }
    other.destroy();
    await restricted('127.0.0.0/31');
    expect((await from('127.0.0.1', pinned)).status).toBe(200);
    expect((await from('127.0.0.2', pinned)).status).toBe(403);
  });

  it('lets anybody read what it gives to everybody, and nobody write', async () => {
    const { endpoint } = sandbox.info;
    const url = `${endpoint}/${Bucket}/${encodeURI(Key)}`;
    expect((await from('127.0.0.1', url)).status).toBe(403);
    await put({ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `${arn}/packages/*` });
    expect(await from('127.0.0.1', url)).toMatchObject({ status: 200, body: 'the package' });
    expect((await from('127.0.0.1', url, 'HEAD')).status).toBe(200);
    expect((await from('127.0.0.1', url, 'DELETE')).status).toBe(403);
    expect((await from('127.0.0.1', url, 'PUT')).status).toBe(403);
    expect((await from('127.0.0.1', `${endpoint}/${Bucket}/source.zip`)).status).toBe(403);
    // What looks like a signature is checked as one, and a web page stays out.
    expect((await from('127.0.0.1', `${url}?X-Amz-Signature=${'0'.repeat(64)}`)).status).toBe(400);
    expect((await from('127.0.0.1', url, 'GET', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await from('127.0.0.1', url, 'GET', { host: 'evil.example' })).status).toBe(403);
  });

  others('does not let the front be asked from elsewhere without a good signature', async () => {
    const { endpoint } = sandbox.info;
    expect((await from('127.0.0.2', `${endpoint}/${Bucket}?list-type=2`)).status).toBe(403);
  });
});
