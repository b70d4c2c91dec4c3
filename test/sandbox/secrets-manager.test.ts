import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CodeBuildClient, ListProjectsCommand } from '@aws-sdk/client-codebuild';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgotten } from '../../src/sandbox/daemon/places.ts';
import { sendWire, signWire } from '../support/front.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const Bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';
const Key = 'packages/1/a.zip';
const SecretId = 'claude-code-auth-distributor-credentials';
const clients: { destroy(): void }[] = [];
let sandbox: TestSandbox;
let denied = false;
let secrets: SecretsManagerClient;
let s3: S3Client;
let distributor: { accessKeyId: string; secretAccessKey: string };

const options = (credentials = sandbox.info.credentials) => {
  const { endpoint, region } = sandbox.info;
  return { endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 };
};
const opened = <T extends { destroy(): void }>(client: T): T => {
  clients.push(client);
  return client;
};
const get = (asked: object) => secrets.send(new GetSecretValueCommand({ SecretId, ...asked }));

beforeAll(async () => {
  sandbox = await startTestSandbox({
    faults: ({ operation }) =>
      denied && operation === 'GetSecretValue'
        ? { kind: 'error', code: 'AccessDeniedException', status: 400 }
        : undefined,
  });
  secrets = opened(new SecretsManagerClient(options()));
  s3 = opened(new S3Client(options()));
  const { AccessKeyId, SecretAccessKey } = JSON.parse((await get({})).SecretString ?? '');
  distributor = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'the package' }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await sandbox.close();
});

describe("the distribution stack's secret", () => {
  it('is named by the stack and found by name, arn and the arn without its end', async () => {
    const stacks = opened(new CloudFormationClient(options()));
    const { Stacks } = await stacks.send(
      new DescribeStacksCommand({ StackName: 'claude-code-auth-distribution' }),
    );
    const outputs = new Map(Stacks?.[0]?.Outputs?.map((one) => [one.OutputKey, one.OutputValue]));
    const arn = outputs.get('DistributionSecretArn') ?? '';
    expect(outputs.get('DistributionSecretName')).toBe(SecretId);
    expect(arn).toMatch(
      /^arn:aws:secretsmanager:us-east-1:123456789012:secret:claude-code-auth-distributor-credentials-\w{6}$/,
    );
    const byName = await get({ VersionStage: 'AWSCURRENT' });
    expect(byName).toMatchObject({ ARN: arn, Name: SecretId, VersionStages: ['AWSCURRENT'] });
    expect(byName.CreatedDate).toBeInstanceOf(Date);
    for (const id of [arn, arn.slice(0, -7)]) {
      const { SecretString } = await get({ SecretId: id, VersionId: byName.VersionId });
      expect(SecretString).toBe(byName.SecretString);
    }
  });

  it.each([
    [{ SecretId: 'claude-code-auth-distributor' }, 'ResourceNotFoundException'],
    [{ VersionStage: 'AWSPREVIOUS' }, 'ResourceNotFoundException'],
    [{ VersionId: 'a'.repeat(36) }, 'ResourceNotFoundException'],
    [{ VersionId: 'a' }, 'ValidationException'],
  ])('is not found by another name or version: %j', async (asked, name) => {
    await expect(get(asked)).rejects.toMatchObject({ name });
  });

  it('can be denied for a test', async () => {
    denied = true;
    await expect(get({})).rejects.toMatchObject({ name: 'AccessDeniedException' });
    denied = false;
  });

  it('lies on disk for its owner alone, and does not outlive a reset', async () => {
    const path = join(sandbox.dir, 'sandbox', 'distributor.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toContain(distributor.secretAccessKey);
    expect(forgotten).toContain('distributor.json');
  });

  it('is another in every sandbox, and the same after a restart', async () => {
    const readKey = async (of: TestSandbox) => {
      const { endpoint, region, credentials } = of.info;
      const client = opened(new SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 }));
      return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
    };
    const other = await startTestSandbox();
    const first = await readKey(other);
    await other.sandbox.close();
    const again = await startTestSandbox({ dataDir: other.dir });
    expect(await readKey(again)).toBe(first);
    expect(first).not.toContain(distributor.accessKeyId);
    await again.close();
    await other.close();
  });
});

describe("the distributor's key", () => {
  it('is a user of its own', async () => {
    const identify = (credentials?: typeof distributor) =>
      opened(new STSClient(options(credentials))).send(new GetCallerIdentityCommand({}));
    const account = { Account: '123456789012' };
    expect(await identify()).toMatchObject({ ...account, Arn: 'arn:aws:iam::123456789012:user/sandbox' });
    expect(await identify(distributor)).toMatchObject({
      ...account,
      Arn: 'arn:aws:iam::123456789012:user/claude-code-auth-distributor',
    });
  });

  it('signs links to packages, pinned or not, and to nothing else', async () => {
    const signer = opened(new S3Client(options(distributor)));
    const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    const follow = async (asked: object) => {
      const url = new URL(await getSignedUrl(signer, new GetObjectCommand({ Bucket, Key, ...asked })));
      const path = `${url.pathname}${url.search}`;
      return sendWire(sandbox.info.port, { path, headers: { host: url.host } });
    };
    expect(await follow({})).toMatchObject({ status: 200, body: 'the package' });
    expect(await follow({ VersionId })).toMatchObject({ status: 200, body: 'the package' });
    expect((await follow({ Key: 'source.zip' })).status).toBe(403);
    // It may not list the bucket, so it is not told what is not there.
    const absent = await follow({ Key: 'packages/1/b.zip' });
    expect(absent).toMatchObject({ status: 403, body: expect.stringContaining('AccessDenied') });
    expect((await follow({ VersionId: 'a'.repeat(32) })).status).toBe(403);
  });

  it('does nothing else', async () => {
    const signer = opened(new S3Client(options(distributor)));
    const deniedOf = (call: Promise<unknown>, name: string) =>
      expect(call).rejects.toMatchObject({
        name,
        message: expect.stringContaining('claude-code-auth-distributor is not authorized'),
      });
    await deniedOf(signer.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })), 'AccessDenied');
    await deniedOf(signer.send(new DeleteObjectCommand({ Bucket, Key })), 'AccessDenied');
    await deniedOf(signer.send(new ListObjectsV2Command({ Bucket })), 'AccessDenied');
    await deniedOf(signer.send(new PutBucketPolicyCommand({ Bucket, Policy: '{}' })), 'AccessDenied');
    await expect(signer.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    const builds = opened(new CodeBuildClient(options(distributor)));
    await deniedOf(builds.send(new ListProjectsCommand({})), 'AccessDeniedException');
    const own = opened(new SecretsManagerClient(options(distributor)));
    await deniedOf(own.send(new GetSecretValueCommand({ SecretId })), 'AccessDeniedException');
    const stacks = opened(new CloudFormationClient(options(distributor)));
    await deniedOf(stacks.send(new DescribeStacksCommand({})), 'AccessDenied');
  });

  it('does not get at the sandbox itself', async () => {
    const ask = async (secret: typeof distributor) => {
      const signing = { service: 'ccwb-sandbox', at: Date.now(), secret };
      const { port } = sandbox.info;
      return (await sendWire(port, await signWire(port, { path: '/.ccwb/status' }, signing))).status;
    };
    expect(await ask(sandbox.info.credentials)).toBe(200);
    expect(await ask(distributor)).toBe(403);
  });

  it('gets from a bucket policy what its own rights do not give', async () => {
    const signer = opened(new S3Client(options(distributor)));
    const list = () => signer.send(new ListObjectsV2Command({ Bucket, Prefix: 'packages/' }));
    const allow = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:user/claude-code-auth-distributor' },
      Action: 's3:ListBucket',
      Resource: `arn:aws:s3:::${Bucket}`,
    };
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement: allow }) }));
    expect((await list()).KeyCount).toBe(1);
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
