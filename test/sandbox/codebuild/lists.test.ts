import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildId, endBuild, newRecord } from '../../../src/sandbox/codebuild/record.ts';
import { account, openCodeBuild, project, start, temporaryDir } from './harness.ts';

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
