import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListProjectsCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunBuild } from '../../src/runner/types.ts';
import { zipFolder } from '../../src/runner/zip-folder.ts';
import { infoOf } from '../../src/sandbox/daemon/control-service.ts';
import { changeSource, probe } from '../../src/sandbox/daemon/sandbox-client.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { windowsBuild } from '../support/build-scripts.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { sameAs, startTestSandbox, type TestSandbox, type TestSandboxOptions } from '../support/sandbox.ts';
import { scriptedBuild } from '../support/scripted-build.ts';

const project = 'claude-code-auth-linux-x64-build';
const bucket = 'claude-code-auth-codebuild-buildbucket-sandbox';
const noon = Date.UTC(2026, 10, 20, 12);

let dir: string;
let open: TestSandbox[] = [];
const clients: { destroy(): void }[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ccwb-whole-'));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(open.map((one) => one.close()));
  open = [];
  await rm(dir, { recursive: true, force: true });
});

async function start(options: TestSandboxOptions = {}): Promise<TestSandbox> {
  const sandbox = await startTestSandbox({ dataDir: join(dir, 'data'), ...options });
  open.push(sandbox);
  return sandbox;
}

const configOf = ({ info }: TestSandbox) => ({
  region: info.region,
  endpoint: info.endpoint,
  // The SDK writes notes of its own into the object it gets.
  credentials: { ...info.credentials },
  maxAttempts: 1,
});

function client<T extends { destroy(): void }>(
  kind: new (config: ReturnType<typeof configOf> & { forcePathStyle: boolean }) => T,
  sandbox: TestSandbox,
): T {
  const made = new kind({ ...configOf(sandbox), forcePathStyle: true });
  clients.push(made);
  return made;
}

describe('a fresh account', () => {
  it('says who its key belongs to', async () => {
    const sandbox = await start();
    const answer = await client(STSClient, sandbox).send(new GetCallerIdentityCommand({}));
    expect(answer).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/sandbox',
      UserId: expect.stringMatching(/^AIDA/),
    });
  });

  it('holds the stacks of a ccwb deployment', async () => {
    const sandbox = await start({ clock: createManualClock(noon) });
    const cloudformation = client(CloudFormationClient, sandbox);
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({}));
    expect(Stacks?.map((stack) => [stack.StackName, stack.StackStatus, stack.CreationTime])).toEqual([
      ['claude-code-auth-stack', 'CREATE_COMPLETE', new Date(noon)],
      ['claude-code-auth-codebuild', 'CREATE_COMPLETE', new Date(noon)],
      ['claude-code-auth-distribution', 'CREATE_COMPLETE', new Date(noon)],
    ]);
    const outputs = (name: string) =>
      cloudformation
        .send(new DescribeStacksCommand({ StackName: name }))
        .then(({ Stacks: [stack] = [] }) => ({
          id: stack?.StackId ?? '',
          outputs: Object.fromEntries(stack?.Outputs?.map((one) => [one.OutputKey, one.OutputValue]) ?? []),
        }));
    expect((await outputs('claude-code-auth-stack')).outputs).toMatchObject({
      IdentityPoolId: expect.stringMatching(/^us-east-1:[0-9a-f-]{36}$/),
    });
    const codebuild = await outputs('claude-code-auth-codebuild');
    expect(codebuild.outputs).toEqual({
      BuildBucket: bucket,
      ProjectName: project,
      ProjectArn: `arn:aws:codebuild:us-east-1:123456789012:project/${project}`,
      ServiceRoleArn: 'arn:aws:iam::123456789012:role/claude-code-auth-codebuild-role',
    });
    expect((await outputs('claude-code-auth-distribution')).outputs).toEqual({
      DistributionBucket: bucket,
      DistributionSecretArn: expect.stringContaining(':secret:claude-code-auth-distributor-credentials-'),
      DistributionSecretName: 'claude-code-auth-distributor-credentials',
    });
    expect(await outputs(codebuild.id)).toEqual(codebuild);
  });

  it('refuses a stack that is not there in the words of CloudFormation', async () => {
    const cloudformation = client(CloudFormationClient, await start());
    await expect(cloudformation.send(new DescribeStacksCommand({ StackName: 'gone' }))).rejects.toMatchObject(
      {
        name: 'ValidationError',
        message: 'Stack with id gone does not exist',
      },
    );
  });

  it('has a ccwb profile in a home of its own, private files and a source', async () => {
    const sandbox = await start();
    const ccwb = join(sandbox.info.home, '.ccwb');
    expect(JSON.parse(await readFile(join(ccwb, 'config.json'), 'utf8'))).toMatchObject({
      schema_version: '2.0',
      active_profile: 'sandbox',
    });
    expect(JSON.parse(await readFile(join(ccwb, 'profiles', 'sandbox.json'), 'utf8'))).toMatchObject({
      name: 'sandbox',
      aws_region: 'us-east-1',
      identity_pool_name: 'claude-code-auth',
      distribution_type: 'presigned-s3',
    });
    const data = join(sandbox.dir, 'sandbox');
    for (const name of await readdir(data)) {
      const found = await stat(join(data, name));
      expect(`${name} ${(found.mode & 0o077).toString(8)}`).toBe(`${name} 0`);
    }
    const s3 = client(S3Client, sandbox);
    const source = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'source.zip' }));
    expect(source.ContentLength).toBeGreaterThan(100);
    source.Body?.transformToByteArray().catch(() => {});
  });

  it('leaves a profile that was changed as it is', async () => {
    const first = await start();
    const path = join(first.info.home, '.ccwb', 'profiles', 'sandbox.json');
    await writeFile(path, '{"name":"sandbox","mine":1}');
    await first.close();
    await start();
    expect(await readFile(path, 'utf8')).toBe('{"name":"sandbox","mine":1}');
  });
});

describe('a build', () => {
  it('is started, watched and ends with an artifact, thirteen minutes in a moment', async () => {
    const clock = createManualClock(noon);
    const sandbox = await start({ clock, runBuild: scriptedBuild(clock, windowsBuild) });
    const codebuild = client(CodeBuildClient, sandbox);
    const { projects } = await codebuild.send(new ListProjectsCommand({}));
    expect(projects).toEqual([project]);
    const { build } = await codebuild.send(new StartBuildCommand({ projectName: project }));
    expect(sandbox.sandbox.running()).toBe(1);
    await clock.runUntil(() => sandbox.sandbox.running() === 0);
    const { builds } = await codebuild.send(new BatchGetBuildsCommand({ ids: [build?.id ?? ''] }));
    expect(builds?.[0]).toMatchObject({ buildStatus: 'SUCCEEDED', buildComplete: true });
    expect(clock.now() - noon).toBeGreaterThan(13 * 60_000 - 10_000);
  });

  const buildToTheEnd = async (sandbox: TestSandbox) => {
    const codebuild = client(CodeBuildClient, sandbox);
    const { build } = await codebuild.send(new StartBuildCommand({ projectName: project }));
    await expect
      .poll(async () => {
        const { builds } = await codebuild.send(new BatchGetBuildsCommand({ ids: [build?.id ?? ''] }));
        return builds?.[0]?.buildComplete;
      })
      .toBe(true);
  };

  it('is made from what a client uploaded, unless a folder is given', async () => {
    const folder = join(dir, 'theirs');
    await mkdir(folder);
    await writeFile(join(folder, 'uploaded.txt'), 'theirs');
    const { path } = await zipFolder(folder, join(dir, 'theirs.zip'), {}, new AbortController().signal);
    const seen: string[] = [];
    const runBuild: RunBuild = async (request, emit) => {
      seen.push((await readdir(request.sourceDir)).join());
      await emit({ kind: 'ended', at: 0, status: 'SUCCEEDED' });
    };
    const first = await start({ runBuild, source: null });
    const Body = await readFile(path);
    await client(S3Client, first).send(new PutObjectCommand({ Bucket: bucket, Key: 'source.zip', Body }));
    await buildToTheEnd(first);
    await first.close();
    await writeFile(join(folder, 'more.txt'), 'more');
    await buildToTheEnd(await start({ runBuild, source: folder }));
    expect(seen).toEqual(['uploaded.txt', 'more.txt,uploaded.txt']);
  });

  it('is made from the folder given, packed anew each time', async () => {
    const folder = join(dir, 'mine');
    await mkdir(folder);
    await writeFile(join(folder, 'buildspec.yml'), 'version: 0.2\n');
    const seen: string[] = [];
    const runBuild: RunBuild = async (request, emit) => {
      seen.push((await readdir(request.sourceDir)).join());
      await emit({ kind: 'ended', at: 0, status: 'SUCCEEDED' });
    };
    const sandbox = await start({ runBuild, source: folder });
    expect(sandbox.info.source).toBe(folder);
    await buildToTheEnd(sandbox);
    await writeFile(join(folder, 'more.txt'), 'more');
    await buildToTheEnd(sandbox);
    expect(seen).toEqual(['buildspec.yml', 'buildspec.yml,more.txt']);
    const versions = await client(S3Client, sandbox).send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'source.zip' }),
    );
    // One of the start, one of each build.
    expect(versions.Versions).toHaveLength(3);
  });
});

describe('the source', () => {
  it('can be changed while it serves, and is remembered', async () => {
    const folder = join(dir, 'mine');
    await mkdir(folder);
    await writeFile(join(folder, 'buildspec.yml'), 'version: 0.2\n');
    const first = await start();
    const { signal } = new AbortController();
    const deps = { clock: first.clock, region: first.info.region };
    const status = await changeSource(first.info.port, first.info.credentials, folder, deps, signal);
    expect(infoOf(status, first.info.credentials).source).toBe(folder);
    expect(first.sandbox.info.source).toBe(folder);
    await expect(
      changeSource(first.info.port, first.info.credentials, join(dir, 'gone'), deps, signal),
    ).rejects.toMatchObject({ kind: 'unavailable' });
    await first.close();
    const second = await start();
    expect(second.info.source).toBe(folder);
    await second.close();
    expect((await start({ source: null })).info.source).toBeUndefined();
  });

  it('is refused where it is no folder, before anything is made', async () => {
    await expect(start({ source: join(dir, 'gone') })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(start({ source: 'relative' })).rejects.toMatchObject({ kind: 'not-found' });
    expect(await readdir(dir)).toEqual([]);
  });
});

describe('over restarts', () => {
  it('keeps port, secret and data, so that a link goes on working', async () => {
    const first = await start({ port: 'kept' });
    await client(SSMClient, first).send(
      new PutParameterCommand({ Name: '/a/b', Value: 'kept', Type: 'String' }),
    );
    const get = new GetObjectCommand({ Bucket: bucket, Key: 'source.zip' });
    const link = await getSignedUrl(client(S3Client, first), get, { expiresIn: 3600 });
    await first.close();
    const second = await start({ port: 'kept' });
    expect(second.info).toEqual(sameAs(first.info));
    const { Parameter } = await client(SSMClient, second).send(new GetParameterCommand({ Name: '/a/b' }));
    expect(Parameter?.Value).toBe('kept');
    const response = await fetch(link);
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('is served by one process at a time', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(String(process.pid)),
    });
    const { signal } = new AbortController();
    const deps = { clock: first.clock, region: first.info.region };
    expect(await probe(first.info.port, first.info.credentials, deps, signal)).toBe('ours');
    await first.close();
    expect(await probe(first.info.port, first.info.credentials, deps, signal)).toBe('absent');
    await start();
  });
});

describe('idleness', () => {
  const idleMs = 30 * 60_000;
  const over = async ({ sandbox }: TestSandbox) =>
    (await Promise.race([sandbox.ended, Promise.resolve('serving')])) === undefined;

  it('ends it after half an hour', async () => {
    const clock = createManualClock(noon);
    const sandbox = await start({ clock, idleMs });
    await clock.advance(idleMs - 1);
    await client(STSClient, sandbox).send(new GetCallerIdentityCommand({}));
    await clock.advance(idleMs);
    const { signal } = new AbortController();
    const deps = { clock, region: sandbox.info.region };
    // The last request was seen at the look after it: it still has its half hour.
    expect(await probe(sandbox.info.port, sandbox.info.credentials, deps, signal)).toBe('ours');
    await clock.runUntil(() => over(sandbox), idleMs);
    expect(await probe(sandbox.info.port, sandbox.info.credentials, deps, signal)).toBe('absent');
  });

  it('does not end it while a build runs', async () => {
    const clock = createManualClock(noon);
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const runBuild: RunBuild = async (_request, emit) => {
      await held;
      await emit({ kind: 'ended', at: clock.now(), status: 'SUCCEEDED' });
    };
    const sandbox = await start({ clock, idleMs, runBuild });
    await client(CodeBuildClient, sandbox).send(new StartBuildCommand({ projectName: project }));
    await clock.advance(5 * idleMs);
    expect(sandbox.sandbox.running()).toBe(1);
    finish();
    await clock.runUntil(() => over(sandbox), idleMs);
  });
});

describe('faults that a test asks for', () => {
  it('reach the SDK as what they stand for', async () => {
    let fault: Fault | undefined;
    const sandbox = await start({ faults: () => fault });
    const sts = client(STSClient, sandbox);
    const codebuild = client(CodeBuildClient, sandbox);
    const whoAmI = (next: Fault) => {
      fault = next;
      return sts.send(new GetCallerIdentityCommand({}));
    };
    const list = (next: Fault) => {
      fault = next;
      return codebuild.send(new ListProjectsCommand({}));
    };
    await expect(list({ kind: 'throttle' })).rejects.toMatchObject({ name: 'ThrottlingException' });
    await expect(whoAmI({ kind: 'throttle' })).rejects.toMatchObject({ name: 'Throttling' });
    await expect(list({ kind: 'error', code: 'AccessDeniedException', message: 'no' })).rejects.toMatchObject(
      { name: 'AccessDeniedException', message: 'no' },
    );
    await expect(whoAmI({ kind: 'drop', when: 'before' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(
      list({ kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }),
    ).rejects.toMatchObject({ name: 'SyntaxError' });
    expect(await list({ kind: 'transform', json: () => ({ projects: ['other'] }) })).toMatchObject({
      projects: ['other'],
    });
  });

  it('are told the call and how often it came', async () => {
    const calls: string[] = [];
    const sandbox = await start({
      faults: ({ service, operation, count }) => {
        calls.push(`${service} ${operation} ${count}`);
        return undefined;
      },
    });
    const codebuild = client(CodeBuildClient, sandbox);
    await codebuild.send(new ListProjectsCommand({}));
    await client(STSClient, sandbox).send(new GetCallerIdentityCommand({}));
    await codebuild.send(new ListProjectsCommand({}));
    const s3 = client(S3Client, sandbox);
    await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(calls).toEqual([
      'codebuild ListProjects 1',
      'sts GetCallerIdentity 1',
      'codebuild ListProjects 2',
      's3 ListObjectVersions 1',
    ]);
  });

  it('may do the work and lose the answer', async () => {
    const sandbox = await start({
      faults: ({ operation }) => (operation === 'PutParameter' ? { kind: 'drop', when: 'after' } : undefined),
    });
    const ssm = client(SSMClient, sandbox);
    await expect(
      ssm.send(new PutParameterCommand({ Name: '/a', Value: 'written', Type: 'String' })),
    ).rejects.toMatchObject({ code: 'ECONNRESET' });
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/a' }));
    expect(Parameter?.Value).toBe('written');
  });

  it('may hold an answer back until it is let go', async () => {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const arrived = Promise.withResolvers<void>();
    const sandbox = await start({
      faults: () => {
        arrived.resolve();
        return { kind: 'delay', until };
      },
    });
    let answered = false;
    const answer = client(STSClient, sandbox)
      .send(new GetCallerIdentityCommand({}))
      .then((result) => {
        answered = true;
        return result;
      });
    await arrived.promise;
    expect(answered).toBe(false);
    release();
    expect((await answer).Account).toBe('123456789012');
  });
});
