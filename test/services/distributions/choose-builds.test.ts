import { describe, expect, it } from 'vitest';
import type { Build, BuildStatus } from '../../../src/domain/build.ts';
import type { BuildsService } from '../../../src/domain/ports/builds.ts';
import { newestGoodBuilds } from '../../../src/services/distributions/collect/choose-builds.ts';

const signal = new AbortController().signal;

function build(project: string, number: number, status: BuildStatus, location?: string): Build {
  return {
    id: `${project}:${number}`,
    project,
    uuid: String(number),
    status,
    phases: [],
    target: 'windows',
    log: { kind: 'pending' },
    ...(location === undefined ? {} : { artifact: { location } }),
  };
}

/** Pages through builds given newest first, as the real service does. */
function listing(all: readonly Build[]): Pick<BuildsService, 'list' | 'get'> & { pages: () => number } {
  let pages = 0;
  return {
    pages: () => pages,
    async list({ projects, limit, cursor }) {
      pages += 1;
      const builds = all.filter(({ project }) => projects.includes(project));
      const from = cursor === undefined ? 0 : Number(cursor);
      const next = from + limit;
      return { builds: builds.slice(from, next), ...(next < builds.length ? { cursor: String(next) } : {}) };
    },
    async get(id) {
      const found = all.find((one) => one.id === id);
      if (!found) throw new Error(`no build ${id}`);
      return found;
    },
  };
}

const failures = (project: string, count: number) =>
  Array.from({ length: count }, (_, index) => build(project, 10_000 - index, 'FAILED'));

describe('the newest good build of each project', () => {
  it('is found behind pages of failures', async () => {
    const builds = listing([...failures('p', 120), build('p', 1, 'SUCCEEDED', 'arn')]);
    const [choice] = await newestGoodBuilds(builds, ['p'], signal);
    expect(choice).toMatchObject({ project: 'p', good: { id: 'p:1' } });
    expect(choice?.passedOver).toHaveLength(120);
  });

  it('is each project’s own', async () => {
    const builds = listing([
      build('a', 2, 'SUCCEEDED', 'arn'),
      build('b', 3, 'SUCCEEDED', 'arn'),
      build('c', 4, 'FAULT'),
    ]);
    const choices = await newestGoodBuilds(builds, ['a', 'b', 'c'], signal);
    expect(choices.map(({ good }) => good?.id)).toEqual(['a:2', 'b:3', undefined]);
  });

  it('has an artifact', async () => {
    const builds = listing([build('p', 2, 'SUCCEEDED'), build('p', 1, 'SUCCEEDED', 'arn')]);
    expect((await newestGoodBuilds(builds, ['p'], signal))[0]?.good?.id).toBe('p:1');
  });

  it('is not looked for without end', async () => {
    const builds = listing(failures('p', 5_000));
    expect((await newestGoodBuilds(builds, ['p'], signal))[0]?.good).toBeUndefined();
    expect(builds.pages()).toBeLessThanOrEqual(20);
  });
});
