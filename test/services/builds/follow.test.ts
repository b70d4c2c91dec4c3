import { describe, expect, it } from 'vitest';
import type { Build, BuildStatus } from '../../../src/domain/build.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { BuildsUpdate } from '../../../src/domain/ports/builds.ts';
import { createCatalogue } from '../../../src/services/builds/catalogue.ts';
import type { CodeBuildApi } from '../../../src/services/builds/codebuild-api.ts';
import { followBuilds } from '../../../src/services/builds/follow.ts';
import { createManualClock } from '../../support/manual-clock.ts';

/** CodeBuild in memory: as many builds of as many projects as a test wants, with its pages of 100 and its tokens. */
function createAccount() {
  const clock = createManualClock(1_000_000_000);
  const builds = new Map<string, Build>();
  const calls = { list: 0, get: 0 };
  let tokensExpire = false;
  const add = (project: string, count: number, status: BuildStatus) => {
    const numbers = [...builds.values()].map((build) =>
      build.project === project ? (build.number ?? 0) : 0,
    );
    const newest = Math.max(0, ...numbers);
    for (let number = newest + 1; number <= newest + count; number += 1) {
      const uuid = String(number).padStart(6, '0');
      const id = `${project}:${uuid}`;
      builds.set(id, {
        id,
        project,
        uuid,
        number,
        status,
        startedAt: clock.now() + number,
        phases: [],
        target: 'windows',
        log: { kind: 'pending' },
      });
    }
  };
  const unused = async (): Promise<never> => {
    throw new Error('not asked for in these tests');
  };
  const api: CodeBuildApi = {
    async listIds(project, token) {
      calls.list += 1;
      if (token !== undefined && tokensExpire) {
        tokensExpire = false;
        throw new AppError({ kind: 'invalid', message: 'The token is invalid.' });
      }
      const ids = [...builds.values()]
        .filter((build) => build.project === project)
        .map((build) => build.id)
        .reverse();
      const from = token === undefined ? 0 : ids.indexOf(token) + 1;
      const page = ids.slice(from, from + 100);
      const last = page.at(-1);
      return { ids: page, ...(last && from + 100 < ids.length ? { nextToken: last } : {}) };
    },
    async getBuilds(ids) {
      calls.get += 1;
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.length).toBeLessThanOrEqual(100);
      // In another order than asked for, and without those it does not know.
      return [...ids].sort().flatMap((id) => builds.get(id) ?? []);
    },
    getProjects: unused,
    start: unused,
    stop: unused,
    retry: unused,
  };
  const catalogue = createCatalogue({ api, clock });
  return {
    clock,
    catalogue,
    calls,
    add,
    remove: (id: string) => builds.delete(id),
    end(status: BuildStatus) {
      for (const [id, build] of builds)
        if (build.status === 'IN_PROGRESS') builds.set(id, { ...build, status });
    },
    expireTokens() {
      tokensExpire = true;
    },
    /** Follows in the background; `seen` grows while the clock is moved. */
    follow(projects: string[], limit: () => number) {
      const stop = new AbortController();
      const seen: BuildsUpdate[] = [];
      const deps = { catalogue, clock, random: () => 0.5 };
      const over = (async () => {
        for await (const update of followBuilds(deps, { projects, limit }, stop.signal)) seen.push(update);
      })();
      return {
        seen,
        last: () => {
          const update = seen.at(-1);
          if (update?.kind !== 'snapshot') throw new Error('no snapshot');
          return update;
        },
        stop: async () => {
          stop.abort();
          await over;
        },
      };
    },
  };
}

describe('following builds', () => {
  it('asks for fifty running builds fifteen times a minute at most, and for none of the ended', async () => {
    const account = createAccount();
    account.add('p', 60, 'SUCCEEDED');
    account.add('p', 50, 'IN_PROGRESS');
    const following = account.follow(['p'], () => 80);
    await account.clock.advance(60_000);
    account.calls.list = 0;
    account.calls.get = 0;
    await account.clock.advance(5 * 60_000);
    expect(following.last().builds).toHaveLength(80);
    expect((account.calls.list + account.calls.get) / 5).toBeLessThanOrEqual(15);
    expect(account.calls.get / 5).toBeGreaterThan(10);
    account.end('SUCCEEDED');
    await account.clock.advance(60_000);
    account.calls.get = 0;
    await account.clock.advance(10 * 60_000);
    expect(account.calls.get).toBe(0);
    await following.stop();
  });

  it('keeps two calls a minute for each idle project, from the first minute on', async () => {
    const account = createAccount();
    for (const project of ['a', 'b', 'c']) account.add(project, 150, 'SUCCEEDED');
    const following = account.follow(['a', 'b', 'c'], () => 40);
    for (let minute = 1; minute <= 6; minute += 1) {
      await account.clock.advance(60_000);
      expect(account.calls.list + account.calls.get).toBeLessThanOrEqual(minute * 3 * 2);
    }
    await following.stop();
  });

  it('merges projects by start, pages as far as it must, and tells the total once it knows it', async () => {
    const account = createAccount();
    account.add('a', 130, 'SUCCEEDED');
    account.add('b', 250, 'SUCCEEDED');
    let limit = 10;
    const following = account.follow(['a', 'b'], () => limit);
    await account.clock.advance(1);
    expect(following.last().builds.map((build) => build.number)).toEqual(
      Array.from({ length: 10 }, (_, index) => 250 - index),
    );
    expect(following.last()).toMatchObject({ more: true });
    expect(following.last().total).toBeUndefined();
    limit = 1_000;
    account.catalogue.refresh();
    await account.clock.advance(1);
    const { builds, more, total } = following.last();
    expect(builds).toHaveLength(380);
    expect(builds).toEqual([...builds].sort((x, y) => (y.startedAt ?? 0) - (x.startedAt ?? 0)));
    expect({ more, total }).toEqual({ more: false, total: 380 });
    await following.stop();
  });

  it('notices new and deleted builds, also when more came than a page holds', async () => {
    const account = createAccount();
    account.add('p', 120, 'SUCCEEDED');
    const following = account.follow(['p'], () => 1_000);
    await account.clock.advance(1);
    expect(following.last().builds).toHaveLength(120);
    account.add('p', 3, 'IN_PROGRESS');
    account.remove('p:000120');
    await account.clock.advance(10 * 60_000);
    expect(following.last().builds).toHaveLength(122);
    account.end('FAILED');
    account.add('p', 230, 'SUCCEEDED');
    await account.clock.advance(10 * 60_000);
    expect(following.last().builds.map((build) => build.number)).not.toContain(120);
    expect(following.last().builds).toHaveLength(352);
    await following.stop();
  });

  it('begins a list anew when its page token has expired', async () => {
    const account = createAccount();
    account.add('p', 250, 'SUCCEEDED');
    account.expireTokens();
    const following = account.follow(['p'], () => 1_000);
    await account.clock.advance(1);
    expect(following.last().builds).toHaveLength(250);
    await following.stop();
  });

  it('shows a build put in by another call at once and without asking', async () => {
    const account = createAccount();
    account.add('p', 1, 'SUCCEEDED');
    const following = account.follow(['p'], () => 10);
    await account.clock.advance(1);
    const calls = account.calls.list + account.calls.get;
    const [known] = following.last().builds;
    if (!known) throw new Error('one build');
    account.catalogue.put({ ...known, id: 'p:new', uuid: 'new', status: 'IN_PROGRESS', number: 2 });
    await account.clock.advance(1);
    expect(following.last().builds.map((build) => build.uuid)).toContain('new');
    expect(account.calls.list + account.calls.get).toBe(calls);
    // The account does not list it: after a while it is not kept up any more.
    await account.clock.advance(3 * 60_000);
    expect(following.last().builds.map((build) => build.uuid)).not.toContain('new');
    await following.stop();
  });

  it('never lets an older answer overwrite a newer one', async () => {
    const account = createAccount();
    account.add('p', 1, 'IN_PROGRESS');
    const following = account.follow(['p'], () => 10);
    await account.clock.advance(1);
    const [known] = following.last().builds;
    if (!known) throw new Error('one build');
    account.catalogue.put({ ...known, status: 'STOPPED' });
    await account.clock.advance(60_000);
    expect(following.last().builds[0]?.status).toBe('STOPPED');
    await following.stop();
  });
});
