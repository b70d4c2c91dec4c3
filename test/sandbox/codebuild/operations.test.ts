import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildId, endBuild, newRecord } from '../../../src/sandbox/codebuild/record.ts';
import { account, openCodeBuild, project, start, temporaryDir } from './harness.ts';

const minute = 60_000;
const projectArn = `arn:aws:codebuild:us-east-1:123456789012:project/${project}`;

/** A folder with so many ended builds, a second apart; their ids, newest first. */
async function withBuilds(count: number): Promise<{ dir: string; ids: string[] }> {
  const dir = await temporaryDir();
  await mkdir(join(dir, 'builds'), { recursive: true });
  const ids: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const submitted = newRecord({
      uuid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
      project,
      number,
      initiator: 'sandbox',
      startedAt: start - (count - number + 1) * 1_000,
      wishes: { variables: [] },
    });
    const record = endBuild(submitted, 'SUCCEEDED', submitted.startedAt + 500);
    await writeFile(join(dir, 'builds', `${record.uuid}.json`), JSON.stringify(record));
    ids.unshift(buildId(record));
  }
  return { dir, ids };
}

type Codebuild = Awaited<ReturnType<typeof openCodeBuild>>;

async function allPages(codebuild: Codebuild, operation: string, input: object): Promise<string[][]> {
  const pages: string[][] = [];
  let nextToken: unknown;
  do {
    const page = await codebuild.call(operation, { ...input, nextToken });
    pages.push(page.ids as string[]);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return pages;
}

describe('the lists of builds', () => {
  test('are empty, and say so, in a fresh account', async () => {
    const codebuild = await openCodeBuild();
    expect(await codebuild.call('ListBuilds', {})).toEqual({ ids: [] });
    expect(await codebuild.call('ListBuildsForProject', { projectName: project })).toEqual({ ids: [] });
  });

  test.each([
    ['ListBuilds', {}],
    ['ListBuildsForProject', { projectName: project }],
  ])('%s gives a hundred ids a page, newest first', async (operation, input) => {
    const { dir, ids } = await withBuilds(150);
    const codebuild = await openCodeBuild({ dir });
    const pages = await allPages(codebuild, operation, input);
    expect(pages.map((page) => page.length)).toEqual([100, 50]);
    expect(pages.flat()).toEqual(ids);
  });

  test('keep their pages right while builds come', async () => {
    const { dir, ids } = await withBuilds(120);
    const codebuild = await openCodeBuild({ dir });
    const first = await codebuild.call('ListBuilds', {});
    await codebuild.start();
    const second = await codebuild.call('ListBuilds', { nextToken: first.nextToken });
    expect([...(first.ids as string[]), ...(second.ids as string[])]).toEqual(ids);
  });

  test('can be turned round, but for a project of more than a hundred builds', async () => {
    const few = await withBuilds(100);
    const codebuild = await openCodeBuild({ dir: few.dir });
    const oldestFirst = { ids: [...few.ids].reverse() };
    const ascending = { projectName: project, sortOrder: 'ASCENDING' };
    expect(await codebuild.call('ListBuildsForProject', ascending)).toEqual(oldestFirst);
    expect(await codebuild.call('ListBuilds', { sortOrder: 'ASCENDING' })).toEqual(oldestFirst);

    const many = await openCodeBuild({ dir: (await withBuilds(101)).dir });
    for (const sortOrder of ['ASCENDING', 'DESCENDING']) {
      const input = { projectName: project, sortOrder };
      await expect(many.call('ListBuildsForProject', input)).rejects.toMatchObject({
        code: 'InvalidInputException',
        message: expect.stringMatching(/sortOrder/),
      });
    }
    const pages = await allPages(many, 'ListBuilds', { sortOrder: 'ASCENDING' });
    expect(pages.map((page) => page.length)).toEqual([100, 1]);
  });

  test.each([
    ['ListBuilds', { nextToken: 'nonsense' }, 'InvalidInputException'],
    ['ListBuilds', { sortOrder: 'SIDEWAYS' }, 'InvalidInputException'],
    ['ListBuilds', { sortOrder: 1 }, 'SerializationException'],
    ['ListBuildsForProject', {}, 'InvalidInputException'],
    ['ListBuildsForProject', { projectName: '' }, 'InvalidInputException'],
    ['ListBuildsForProject', { projectName: 'other' }, 'ResourceNotFoundException'],
    ['ListBuildsForProject', { projectName: [project] }, 'SerializationException'],
  ])('%s refuses %j with %s', async (operation, input, code) => {
    const codebuild = await openCodeBuild();
    await expect(codebuild.call(operation, input)).rejects.toMatchObject({ code });
  });

  test('take no token of each other', async () => {
    const codebuild = await openCodeBuild({ dir: (await withBuilds(101)).dir });
    const { nextToken } = await codebuild.call('ListBuilds', {});
    for (const [operation, input] of [
      ['ListBuildsForProject', { projectName: project }],
      ['ListBuilds', { sortOrder: 'ASCENDING' }],
    ] as const) {
      await expect(codebuild.call(operation, { ...input, nextToken })).rejects.toMatchObject({
        code: 'InvalidInputException',
      });
    }
  });
});

describe('BatchGetBuilds', () => {
  test('names what is not there, takes ids and ARNs, and counts each once', async () => {
    const { dir, ids } = await withBuilds(2);
    const codebuild = await openCodeBuild({ dir });
    const [newer = '', older = ''] = ids;
    const arn = `arn:aws:codebuild:us-east-1:123456789012:build/${older}`;
    const gone = [`${project}:gone`, `other:${newer.split(':')[1]}`, 'no-colon', newer.split(':')[1]];
    const answer = await codebuild.call('BatchGetBuilds', { ids: [newer, ...gone, newer, arn] });
    expect((answer.builds as { id: string }[]).map(({ id }) => id)).toEqual([newer, older]);
    expect(answer.buildsNotFound).toEqual(gone);
  });

  test('takes one to a hundred ids', async () => {
    const { dir, ids } = await withBuilds(100);
    const codebuild = await openCodeBuild({ dir });
    expect((await codebuild.call('BatchGetBuilds', { ids })).builds).toHaveLength(100);
    for (const wrong of [[], [...ids, 'p:101'], undefined, ['']]) {
      await expect(codebuild.call('BatchGetBuilds', { ids: wrong })).rejects.toMatchObject({
        code: 'InvalidInputException',
      });
    }
    await expect(codebuild.call('BatchGetBuilds', { ids: [] })).rejects.toThrow(/cannot be empty/);
    await expect(codebuild.call('BatchGetBuilds', { ids: 'p:1' })).rejects.toMatchObject({
      code: 'SerializationException',
    });
  });
});

describe('projects', () => {
  test('there is one, and it can be described by name and ARN', async () => {
    const codebuild = await openCodeBuild();
    expect(await codebuild.call('ListProjects', { sortBy: 'NAME' })).toEqual({ projects: [project] });
    for (const name of [project, projectArn]) {
      const answer = await codebuild.call('BatchGetProjects', { names: [name, 'other'] });
      expect(answer.projectsNotFound).toEqual(['other']);
      expect(answer.projects).toMatchObject([
        {
          name: project,
          arn: projectArn,
          source: { type: 'S3', location: `${account.bucket}/source.zip` },
          artifacts: {
            type: 'S3',
            location: account.bucket,
            name: 'linux-x64-binaries.zip',
            packaging: 'ZIP',
          },
          timeoutInMinutes: 30,
          created: start / 1000,
        },
      ]);
    }
  });

  test.each([
    ['ListProjects', { sortBy: 'SIZE' }],
    ['ListProjects', { nextToken: 'x' }],
    ['BatchGetProjects', {}],
    ['BatchGetProjects', { names: [] }],
    ['BatchGetProjects', { names: Array.from({ length: 101 }, () => 'p') }],
  ])('%s refuses %j', async (operation, input) => {
    const codebuild = await openCodeBuild();
    await expect(codebuild.call(operation, input)).rejects.toMatchObject({ code: 'InvalidInputException' });
  });
});

describe('StartBuild', () => {
  test.each([
    [{ projectName: 'other' }, 'ResourceNotFoundException', /Project cannot be found: arn:.*project\/other/],
    [{ projectName: '' }, 'InvalidInputException', /projectName/],
    [{ projectName: null }, 'InvalidInputException', /projectName/],
    [{ projectName: 5 }, 'SerializationException', /String/],
    [{ timeoutInMinutesOverride: 4 }, 'InvalidInputException', /timeoutInMinutesOverride.*5/],
    [{ timeoutInMinutesOverride: 2_161 }, 'InvalidInputException', /timeoutInMinutesOverride/],
    [{ timeoutInMinutesOverride: '5' }, 'SerializationException', /Integer/],
    [{ queuedTimeoutInMinutesOverride: 481 }, 'InvalidInputException', /queuedTimeout/],
    [
      { buildspecOverride: 'arn:aws:s3:::bucket/buildspec.yml' },
      'InvalidInputException',
      /buildspecOverride/,
    ],
    [{ artifactsOverride: { type: 'NO_ARTIFACTS' } }, 'InvalidInputException', /artifactsOverride/],
    [{ imageOverride: 'aws/codebuild/standard:7.0' }, 'InvalidInputException', /imageOverride/],
    [{ privilegedModeOverride: true }, 'InvalidInputException', /privilegedModeOverride/],
    [{ debugSessionEnabled: true }, 'InvalidInputException', /debugSessionEnabled/],
    [{ environmentVariablesOverride: {} }, 'SerializationException', /structure or map/],
    [{ environmentVariablesOverride: ['A=b'] }, 'SerializationException', /STRING_VALUE/],
    [{ environmentVariablesOverride: [{ name: 'A' }] }, 'InvalidInputException', /1\.member\.value/],
    [{ environmentVariablesOverride: [{ name: 'A B', value: '' }] }, 'InvalidInputException', /A B/],
    [{ environmentVariablesOverride: [{ name: 'A', value: 'a\0b' }] }, 'InvalidInputException', /NUL/],
    [
      { environmentVariablesOverride: [{ name: 'CODEBUILD_BUILD_ID', value: 'x' }] },
      'InvalidInputException',
      /CODEBUILD_/,
    ],
    [
      { environmentVariablesOverride: [{ name: 'A', value: '/p', type: 'PARAMETER_STORE' }] },
      'InvalidInputException',
      /PARAMETER_STORE/,
    ],
  ])('refuses %j with %s', async (input, code, message) => {
    const codebuild = await openCodeBuild();
    await expect(codebuild.start(input)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await codebuild.call('ListBuilds', {})).toEqual({ ids: [] });
  });

  test('passes over what it does not know, and overrides that change nothing', async () => {
    const codebuild = await openCodeBuild();
    const build = await codebuild.start({
      newerThanThisOverride: { a: 1 },
      privilegedModeOverride: false,
      secondarySourcesOverride: [],
      sourceVersion: null,
      environmentVariablesOverride: null,
    });
    expect(build).toMatchObject({ buildNumber: 1, environment: { environmentVariables: [] } });
  });

  test.each(['', '[]', '"text"', '{', 'null', '\u00ff{}'])('refuses the body %j', async (body) => {
    const codebuild = await openCodeBuild();
    await expect(codebuild.call('StartBuild', body)).rejects.toMatchObject({
      code: body === '' ? 'InvalidInputException' : 'SerializationException',
    });
  });

  test('does not offer what it does not know', async () => {
    const codebuild = await openCodeBuild();
    for (const operation of ['CreateProject', 'constructor', '__proto__', '']) {
      await expect(codebuild.call(operation, {})).rejects.toMatchObject({
        code: 'UnknownOperationException',
        message: `The sandbox does not offer CodeBuild_20161006.${operation}.`,
      });
    }
  });
});

describe('an idempotency token', () => {
  test('starts one build, however often and however fast it is sent', async () => {
    const codebuild = await openCodeBuild();
    const input = { idempotencyToken: 'once', sourceVersion: 'v' };
    const builds = await Promise.all([
      codebuild.start(input),
      codebuild.start(input),
      codebuild.start(input),
    ]);
    const [first] = builds;
    expect(new Set(builds.map(({ id }) => id)).size).toBe(1);
    await codebuild.ends(first?.id ?? '');
    const later = await codebuild.start(input);
    expect(later).toMatchObject({ id: first?.id, buildStatus: 'FAILED' });
    expect((await codebuild.call('ListBuilds', {})).ids).toHaveLength(1);
  });

  test('is an error with other parameters, or for another operation', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start({ idempotencyToken: 'once' });
    const mismatch = { code: 'InvalidInputException', message: expect.stringMatching(/parameter mismatch/) };
    await expect(
      codebuild.start({ idempotencyToken: 'once', timeoutInMinutesOverride: 10 }),
    ).rejects.toMatchObject(mismatch);
    await expect(codebuild.retry({ id, idempotencyToken: 'once' })).rejects.toMatchObject(mismatch);
  });

  test('holds for a retry as well', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start();
    const retried = await codebuild.retry({ id, idempotencyToken: 'again' });
    expect((await codebuild.retry({ id, idempotencyToken: 'again' })).id).toBe(retried.id);
    await expect(codebuild.retry({ id: retried.id, idempotencyToken: 'again' })).rejects.toMatchObject({
      code: 'InvalidInputException',
    });
  });

  test('is forgotten after five minutes, not by a restart', async () => {
    const codebuild = await openCodeBuild({ runBuild: async () => {} });
    const { id } = await codebuild.start({ idempotencyToken: 'once' });
    await codebuild.ends(id);
    await codebuild.codebuild.close();
    const { dir, clock } = codebuild;
    const again = await openCodeBuild({ dir, clock });
    await clock.advance(5 * minute - 1);
    expect((await again.start({ idempotencyToken: 'once' })).id).toBe(id);
    await clock.advance(1);
    expect((await again.start({ idempotencyToken: 'once' })).id).not.toBe(id);
  });
});
