import { afterEach, describe, expect, it } from 'vitest';
import type { Build } from '../../../src/domain/build.ts';
import { firstFailure } from '../../../src/domain/phases.ts';
import type { BuildsUpdate, BuildUpdate } from '../../../src/domain/ports/builds.ts';
import {
  compilerFailure,
  endlessBuild,
  failedBuild,
  numberedFlood,
  windowsBuild,
} from '../../support/build-scripts.ts';
import { openTestSession, type TestSession } from '../support/session.ts';

let session: TestSession;
afterEach(() => session.close());

const { signal } = new AbortController();

/** Collects updates until one of them is enough. */
async function until<T>(
  updates: (signal: AbortSignal) => AsyncIterable<T>,
  enough: (update: T, all: readonly T[]) => boolean,
): Promise<T[]> {
  const stop = new AbortController();
  const all: T[] = [];
  const read = async () => {
    for await (const update of updates(stop.signal)) {
      all.push(update);
      if (enough(update, all)) stop.abort();
    }
  };
  await session.run(read());
  return all;
}

const start = (token: string) => session.run(session.services.builds.start(session.project, token, signal));
const watched = async (id: string): Promise<BuildUpdate[]> =>
  until(
    (stop) => session.services.builds.watch(id, stop),
    () => false,
  );
const pass = (ms: number) => session.run(session.clock.sleep(ms));
const follow = (limit: number) => (stop: AbortSignal) =>
  session.services.builds.follow({ projects: [session.project], limit: () => limit }, stop);

describe('builds', () => {
  it('watches a thirteen-minute build from the queue to its end, phase by phase', async () => {
    session = await openTestSession({ script: windowsBuild });
    const started = await start('token');
    expect(started).toMatchObject({ project: session.project, status: 'IN_PROGRESS', number: 1 });
    const updates = await watched(started.id);
    const builds = updates.flatMap((update) => (update.kind === 'build' ? [update.build] : []));
    const phases = new Set(builds.map((build) => build.currentPhase));
    for (const phase of ['INSTALL', 'PRE_BUILD', 'BUILD', 'COMPLETED']) expect(phases).toContain(phase);
    const last = builds.at(-1);
    expect(last).toMatchObject({ status: 'SUCCEEDED', log: { kind: 'cloudwatch' } });
    expect(last?.artifact?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect((last?.endedAt ?? 0) - (last?.startedAt ?? 0)).toBeGreaterThan(12 * 60_000);
    expect(last?.phases.find((phase) => phase.type === 'BUILD')).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('tells why a build failed by its first failed phase', async () => {
    session = await openTestSession({ script: failedBuild });
    const build = (await watched((await start('token')).id)).at(-1);
    if (build?.kind !== 'build') throw new Error('no build');
    expect(build.build.status).toBe('FAILED');
    expect(firstFailure(build.build)).toMatchObject({ type: 'BUILD', contexts: [compilerFailure] });
  });

  it('never asks for an ended build again', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    const { id } = await start('token');
    await watched(id);
    session.calls.clear();
    expect((await session.services.builds.get(id, signal)).status).toBe('SUCCEEDED');
    await watched(id);
    expect(session.calls.size).toBe(0);
  });

  it('starts one build for one token however often it is asked, also when the answer is lost', async () => {
    session = await openTestSession({ script: windowsBuild });
    session.setFaults(({ operation, count }) =>
      operation === 'StartBuild' && count === 1 ? { kind: 'drop', when: 'after' } : undefined,
    );
    const first = await start('one');
    expect((await start('one')).id).toBe(first.id);
    expect((await start('two')).id).not.toBe(first.id);
    const { builds } = await session.run(
      session.services.builds.list({ projects: [session.project], limit: 10 }, signal),
    );
    expect(builds).toHaveLength(2);
  });

  it('stops a build, at once visible to whoever follows, and takes a stop too late for done', async () => {
    session = await openTestSession({ script: endlessBuild });
    const { id } = await start('token');
    await pass(30_000);
    let asked = false;
    const updates = await until(follow(10), (update) => {
      const [build] = update.kind === 'snapshot' ? update.builds : [];
      if (build?.status === 'IN_PROGRESS' && !asked) {
        asked = true;
        void session.services.builds.stop(id, signal);
      }
      return build?.status === 'STOPPED';
    });
    expect(updates.at(-1)).toMatchObject({ kind: 'snapshot' });
    expect((await session.run(session.services.builds.stop(id, signal))).status).toBe('STOPPED');
  });

  it('retries as a build of its own', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    const first = await start('token');
    await watched(first.id);
    const second = await session.run(session.services.builds.retry(first.id, 'again', signal));
    expect(second.id).not.toBe(first.id);
    expect(second.number).toBe(2);
  });

  it('follows the list: a new build by anybody appears, running ones change, the end is seen', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    const other = await session.run(session.connect());
    let started: Build | undefined;
    const updates = await until(follow(10), (update) => {
      if (update.kind !== 'snapshot') return false;
      if (update.builds.length === 0 && !started) {
        void other.builds.start(session.project, 'other', signal).then((build) => {
          started = build;
        });
      }
      return update.builds.some((build) => build.status === 'SUCCEEDED');
    });
    const sizes = updates.map((update) => (update.kind === 'snapshot' ? update.builds.length : -1));
    expect(sizes[0]).toBe(0);
    expect(sizes.at(-1)).toBe(1);
    expect(updates.at(-1)).toMatchObject({ more: false, total: 1 });
  });

  it('asks twice a minute for an idle list', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    await watched((await start('warm')).id);
    const stop = new AbortController();
    const drain = async () => {
      for await (const _ of follow(50)(stop.signal));
    };
    session.calls.clear();
    const draining = drain();
    await pass(5 * 60_000);
    stop.abort();
    await session.run(draining);
    const calls = [...session.calls.values()].reduce((sum, count) => sum + count, 0);
    expect(calls).toBeLessThanOrEqual(10);
    expect(session.calls.get('ListBuildsForProject')).toBeGreaterThan(0);
  });

  it('shows trouble with its beginning, keeps asking, and goes on where it was', async () => {
    session = await openTestSession({ script: windowsBuild });
    const { id } = await start('token');
    let failing = false;
    session.setFaults(({ operation }) =>
      failing && operation === 'BatchGetBuilds'
        ? { kind: 'error', code: 'AccessDeniedException' }
        : undefined,
    );
    const updates = await until(
      (stop) => session.services.builds.watch(id, stop),
      (update, all) => {
        const troubles = all.filter((one) => one.kind === 'trouble').length;
        failing = all.length >= 2 && troubles < 3;
        return troubles >= 3 && update.kind === 'build';
      },
    );
    const troubles = updates.flatMap((update) => (update.kind === 'trouble' ? [update] : []));
    expect(troubles).toHaveLength(3);
    expect(new Set(troubles.map((trouble) => trouble.since)).size).toBe(1);
    expect(troubles[0]?.error).toMatchObject({ kind: 'permission' });
    expect(troubles[0]?.error.message).toContain('codebuild:BatchGetBuilds');
    expect(updates.at(-1)?.kind).toBe('build');
  });

  it('gets through where every second call is throttled', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    await start('token');
    let calls = 0;
    session.setFaults(() => {
      calls += 1;
      return calls % 2 === 0 ? { kind: 'throttle' } : undefined;
    });
    const updates = await until(
      follow(10),
      (update) => update.kind === 'snapshot' && update.builds[0]?.status === 'SUCCEEDED',
    );
    const throttled = updates.filter((update) => update.kind === 'trouble');
    expect(throttled.length).toBeGreaterThan(0);
    for (const trouble of throttled) expect(trouble).toMatchObject({ error: { kind: 'throttled' } });
  });

  it('lists the others when one project cannot be read, and says which', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    await watched((await start('token')).id);
    const updates = await until(
      (stop) =>
        session.services.builds.follow(
          { projects: [session.project, 'no-such-project'], limit: () => 5 },
          stop,
        ),
      (_, all) => all.length === 2,
    );
    expect(updates).toMatchObject([
      { kind: 'snapshot', builds: [{ status: 'SUCCEEDED' }] },
      { kind: 'trouble', error: { message: expect.stringContaining('no-such-project') } },
    ]);
  });

  it('pages through everything once, whatever is started meanwhile', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    for (let index = 0; index < 7; index += 1) await watched((await start(`token-${index}`)).id);
    const numbers: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await session.run(
        session.services.builds.list(
          { projects: [session.project], limit: 3, ...(cursor ? { cursor } : {}) },
          signal,
        ),
      );
      expect(page.total).toBe(numbers.length === 0 ? 7 : 8);
      numbers.push(...page.builds.map((build) => build.number ?? 0));
      if (cursor === undefined) await start('meanwhile');
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(numbers).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('shows more rows as soon as it is asked to', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    for (let index = 0; index < 4; index += 1) await watched((await start(`token-${index}`)).id);
    let limit = 2;
    const updates = await until(
      (stop) => session.services.builds.follow({ projects: [session.project], limit: () => limit }, stop),
      (update) => {
        if (limit === 4) return true;
        limit = 4;
        session.services.builds.refresh();
        return update.kind !== 'snapshot';
      },
    );
    const [first, second] = updates as (BuildsUpdate & { kind: 'snapshot' })[];
    expect(first).toMatchObject({ builds: { length: 2 }, more: true, total: 4 });
    expect(second).toMatchObject({ builds: { length: 4 }, more: false, total: 4 });
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeLessThan(5_000);
  });

  it('asks once for what several want at the same time', async () => {
    session = await openTestSession({ script: windowsBuild });
    const { id } = await start('token');
    await pass(20_000);
    session.calls.clear();
    const { builds } = session.services;
    await session.run(Promise.all([1, 2, 3].map(() => builds.get(id, signal, { maxAgeMs: 1_000 }))));
    expect([...session.calls]).toEqual([['BatchGetBuilds', 1]]);
  });

  it('knows projects, in the order asked for', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    const { builds } = session.services;
    const projects = await session.run(builds.projects(['no-such', session.project], signal));
    expect(projects).toMatchObject([{ name: session.project, target: 'linux-x64', source: { type: 'S3' } }]);
    expect(await builds.projects([], signal)).toEqual([]);
  });
});

describe('what a build may be called', () => {
  const uuid = (start: string) => `${start}-0000-4000-8000-000000000000`;
  const [first, second, third] = [uuid('aaaa1111'), uuid('aaaa2222'), uuid('bbbb3333')];
  const open = async () => {
    const ids = [first, second, third];
    session = await openTestSession({ script: numberedFlood(1), newId: () => ids.shift() ?? '' });
    for (let index = 0; index < 3; index += 1) await watched((await start(`token-${index}`)).id);
  };
  const resolve = async (reference: string) =>
    (await session.run(session.services.builds.resolve(reference, [session.project], signal))).uuid;

  it('resolves latest, a whole id, a uuid, its beginning in any case, an ARN and the name on the screen', async () => {
    await open();
    expect(await resolve('latest')).toBe(third);
    expect(await resolve(`${session.project}:${first}`)).toBe(first);
    expect(await resolve(second)).toBe(second);
    expect(await resolve('AAAA2')).toBe(second);
    expect(await resolve('b')).toBe(third);
    expect(await resolve('linux-x64:aaaa1111')).toBe(first);
    const { arn } = await session.services.builds.get(`${session.project}:${second}`, signal);
    expect(await resolve(arn ?? '')).toBe(second);
  });

  it('refuses an ambiguous beginning with the candidates, and knows what is not there', async () => {
    await open();
    await expect(resolve('aaaa')).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/aaaa2222.*aaaa1111|aaaa1111.*aaaa2222/),
    });
    await expect(resolve('c')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(resolve(uuid('cccc4444'))).rejects.toMatchObject({ kind: 'not-found' });
    await expect(resolve(`${session.project}:nothing`)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(resolve('windows:aaaa1111')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(resolve('a b')).rejects.toMatchObject({ kind: 'usage' });
  });

  it('says so where there is no build yet', async () => {
    session = await openTestSession({ script: numberedFlood(1) });
    await expect(resolve('latest')).rejects.toMatchObject({ kind: 'not-found' });
  });
});
