import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/sandbox/faults.ts';
import { openTestSession, type TestSession } from './support/session.ts';

let session: TestSession;
let home: string;
beforeEach(async () => {
  session = await openTestSession();
  home = await mkdtemp(join(tmpdir(), 'ccwb-connect-'));
});
afterEach(async () => {
  await session.close();
  await rm(home, { recursive: true, force: true });
});

const { signal } = new AbortController();

const denied =
  (...operations: string[]): FaultHook =>
  ({ operation }) =>
    operations.includes(operation)
      ? { kind: 'error', code: 'AccessDeniedException', status: 400 }
      : undefined;

describe('a session', () => {
  it('finds profile, stacks and identity of the account it is opened on', async () => {
    const { connection, deployment } = session.services;
    expect(connection).toEqual({
      place: 'sandbox',
      profileName: 'sandbox',
      region: 'us-east-1',
      identity: expect.objectContaining({ account: '123456789012' }),
    });
    expect(deployment).toMatchObject({
      projects: ['claude-code-auth-linux-x64-build'],
      buildBucket: 'claude-code-auth-codebuild-buildbucket-sandbox',
      distributionBucket: 'claude-code-auth-codebuild-buildbucket-sandbox',
      parameterName: '/claude-code/claude-code-auth/distribution/latest',
      buildRegion: 'us-east-1',
    });
    expect(deployment.notes).toBeUndefined();
    expect(await session.run(session.services.identity(signal))).toEqual(connection);
  });

  it('survives stacks it may not read, by the projects of the account', async () => {
    session.setFaults(denied('DescribeStacks'));
    const { deployment } = await session.run(session.connect());
    expect(deployment.projects).toEqual(['claude-code-auth-linux-x64-build']);
    expect(deployment.buildBucket).toBeUndefined();
    expect(deployment.notes).toHaveLength(2);
    expect(deployment.notes?.join()).toContain('cloudformation:DescribeStacks');
    expect(Object.keys(deployment.unread ?? {})).toEqual(['codebuild', 'distribution']);
  });

  it('assumes ccwb’s Windows project where nothing may be read, and takes the one it is given', async () => {
    session.setFaults(denied('DescribeStacks', 'ListProjects'));
    expect((await session.run(session.connect())).deployment.projects).toEqual([
      'claude-code-auth-windows-build',
    ]);
    expect((await session.run(session.connect({ project: 'mine' }))).deployment.projects).toEqual(['mine']);
  });

  it('says which stack is not deployed', async () => {
    session.setFaults(({ operation }) =>
      operation === 'DescribeStacks'
        ? { kind: 'error', code: 'ValidationError', message: 'Stack with id x does not exist' }
        : undefined,
    );
    const { deployment } = await session.run(session.connect());
    expect(deployment.notes).toEqual([
      'Stack claude-code-auth-codebuild is not deployed in us-east-1.',
      'Stack claude-code-auth-distribution is not deployed in us-east-1.',
    ]);
  });

  it('is not opened with credentials that AWS refuses, or on a network that is down', async () => {
    const wrong = { credentials: { accessKeyId: 'AKIAWRONG', secretAccessKey: 'x' } };
    await expect(session.run(session.connect(wrong))).rejects.toMatchObject({ kind: 'credentials' });
    session.setFaults(() => ({ kind: 'drop', when: 'before' }));
    await expect(session.run(session.connect())).rejects.toMatchObject({ kind: 'network' });
  });

  it('needs a region, which the profile, the environment or the AWS profile may name', async () => {
    const put = async (path: string, content: string) => {
      await mkdir(dirname(join(home, path)), { recursive: true });
      await writeFile(join(home, path), content);
    };
    const open = () => session.run(session.connect({ home, place: 'aws' }));
    await expect(open()).rejects.toMatchObject({ kind: 'usage', hint: expect.stringContaining('--region') });
    await put('.aws/config', '[default]\nregion = us-east-1\n');
    expect((await open()).deployment).toMatchObject({ region: 'us-east-1', buildRegion: 'us-east-1' });
    await put('.ccwb/profiles/mine.json', '{"aws_region":"us-east-1","codebuild_region":"us-east-1"}');
    expect((await open()).connection.profileName).toBe('mine');
  });

  it('looks at the source a build would take', async () => {
    const { source, builds } = session.services;
    const [project] = await session.run(builds.projects([session.project], signal));
    if (!project) throw new Error('one project');
    const found = await session.run(source.describe(project, signal));
    expect(found?.size).toBeGreaterThan(0);
    expect(found?.modifiedAt).toBeLessThanOrEqual(session.clock.now());
    const bucket = session.services.deployment.buildBucket;
    const elsewhere = { ...project, source: { type: 'S3', location: `${bucket}/none.zip` } };
    expect(await session.run(source.describe(elsewhere, signal))).toBeUndefined();
    await expect(
      source.describe({ ...project, source: { type: 'GITHUB', location: 'https://x' } }, signal),
    ).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('is left while it is being opened', async () => {
    const stop = new AbortController();
    session.setFaults(() => {
      stop.abort();
      return { kind: 'delay', until: new Promise(() => {}) };
    });
    await expect(session.run(session.connect({}, stop.signal))).rejects.toMatchObject({ name: 'AbortError' });
  });
});
