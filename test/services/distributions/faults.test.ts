import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { expectGoodRecord } from './good-record.ts';
import {
  goodArtifact,
  leaving,
  notes,
  resumed,
  type ShipBench,
  ship,
  shipped,
  startShipBench,
} from './ship-bench.ts';

let bench: ShipBench;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  await ship(bench.distributions);
});

afterAll(() => bench.close());

beforeEach(() => {
  bench.clock.advance(60_000);
});

/** The requests of a run that goes well. */
async function requestsOfARun(): Promise<string[]> {
  bench.fault(() => undefined);
  await ship(bench.distributions);
  bench.clock.advance(60_000);
  return bench.calls();
}

async function run(fault: (nth: number, operation: string) => Fault | undefined) {
  const before = { state: await bench.bucketState(), latest: await bench.distributions.latest(signal) };
  bench.fault(({ nth, operation }) => fault(nth, operation));
  const result = await shipped(bench.distributions);
  bench.fault(() => undefined);
  bench.clock.advance(60_000);
  const latest = await bench.distributions.latest(signal);
  return { before, ...result, isNew: latest?.url !== before.latest?.url };
}

describe('a request that fails', () => {
  it('by refusal, whichever it is, leaves the former distribution or a whole new one', async () => {
    const requests = await requestsOfARun();
    expect(requests.length).toBeGreaterThanOrEqual(10);
    for (const [index, refused] of requests.entries()) {
      const refuse = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
      const { before, error, isNew } = await run((nth, operation) =>
        nth > index && operation === refused ? refuse : undefined,
      );
      if (!isNew) {
        expect(error).toBeInstanceOf(AppError);
        expect(await bench.bucketState()).toEqual(before.state);
      }
      await expectGoodRecord(bench.distributions);
      expect(await bench.tempFolders()).toEqual([]);
    }
  });

  it.each(['before', 'after'] as const)('once by a connection cut %s the work is made good', async (when) => {
    const requests = await requestsOfARun();
    for (let n = 1; n <= requests.length; n += 1) {
      const { before, error, isNew } = await run((nth) => (nth === n ? { kind: 'drop', when } : undefined));
      expect(error).toBeUndefined();
      expect(isNew).toBe(true);
      // One package more, and nothing beside it.
      const state = await bench.bucketState();
      expect(state.versions).toHaveLength(before.state.versions.length + 1);
      expect(state).toMatchObject({ uploads: [], deleteMarkers: 0 });
      await expectGoodRecord(bench.distributions);
    }
  });
});

describe('a connection that is cut and stays so', () => {
  it.each(['before', 'after'] as const)(
    '%s the work of any request leaves a good record, and nothing that cannot be cleaned up',
    async (when) => {
      const requests = await requestsOfARun();
      for (let n = 1; n <= requests.length; n += 1) {
        const { before, error, events, isNew } = await run((nth) =>
          nth >= n ? { kind: 'drop', when } : undefined,
        );
        // The last one only looks whether somebody else has recorded theirs at once.
        if (n < requests.length) expect(error).toBeInstanceOf(AppError);
        else expect(notes(events)).toContain('could not be seen');
        await expectGoodRecord(bench.distributions);
        const next = bench.withDeps({ processes: { pid: 1, alive: () => false } });
        for (const { id } of await next.leftovers(signal)) await next.cleanUp(id, signal);
        await expectGoodRecord(bench.distributions);
        // With the next run goes what it was too early for.
        await shipped(next, { buildIds: ['claude-code-auth-linux-x64-build:none'] });
        expect(await bench.tempFolders()).toEqual([]);
        const state = await bench.bucketState();
        if (isNew) expect(state.versions).toHaveLength(before.state.versions.length + 1);
        else expect(state).toEqual(before.state);
      }
    },
  );

  it.each(['before', 'after'] as const)(
    '%s the work of any request leaves what can be finished',
    async (when) => {
      const requests = await requestsOfARun();
      for (let n = requests.indexOf('PutObject') + 1; n <= requests.length; n += 2) {
        const { before, isNew } = await run((nth) => (nth >= n ? { kind: 'drop', when } : undefined));
        const next = bench.withDeps({ processes: { pid: 1, alive: () => false } });
        const left = await next.leftovers(signal);
        expect(left).toHaveLength(isNew ? 0 : 1);
        for (const { id } of left) await resumed(next, id);
        await expectGoodRecord(bench.distributions);
        expect(await bench.tempFolders()).toEqual([]);
        const state = await bench.bucketState();
        expect(state).toMatchObject({ uploads: [], deleteMarkers: 0 });
        expect(state.versions).toHaveLength(before.state.versions.length + 1);
        expect(state.checksums).toHaveLength(before.state.checksums.length + 1);
      }
    },
  );
});

describe('a record of which nobody knows whether it was written', () => {
  it('can be settled later also where the run was cancelled meanwhile', async () => {
    const cancel = new AbortController();
    bench.fault(({ operation }) => {
      if (operation !== 'PutParameter' && !cancel.signal.aborted) return undefined;
      cancel.abort();
      return { kind: 'drop', when: 'after' };
    });
    const { events } = await shipped(bench.distributions, {}, { signal: cancel.signal });
    bench.fault(() => undefined);
    expect(notes(events)).toContain('--resume');
    const before = await bench.bucketState();
    expect(await bench.tempFolders()).toHaveLength(1);
    await bench.distributions.leftovers(signal);
    expect(await bench.tempFolders()).toEqual([]);
    expect(await bench.bucketState()).toEqual(before);
    await expectGoodRecord(bench.distributions);
    const url = (await bench.distributions.latest(signal))?.url;
    bench.clock.advance(60_000);
    await ship(bench.distributions);
    const links = (await bench.distributions.list(signal)).flatMap((entry) => entry.links ?? []);
    expect(links).toContainEqual(expect.objectContaining({ url }));
  });
});

describe('a record that may be written and not read', () => {
  it('is written all the same', async () => {
    bench.fault(({ operation }) =>
      operation === 'GetParameter'
        ? { kind: 'error', code: 'AccessDeniedException', status: 400 }
        : undefined,
    );
    const { distribution } = await ship(bench.distributions);
    bench.fault(() => undefined);
    expect((await bench.distributions.latest(signal))?.url).toBe(distribution.url);
    await expectGoodRecord(bench.distributions);
  });
});

describe('what is said of a failure', () => {
  it('names the permission that is missing', async () => {
    bench.fault(({ operation }) =>
      operation === 'PutParameter'
        ? { kind: 'error', code: 'AccessDeniedException', status: 400 }
        : undefined,
    );
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({ kind: 'permission', message: expect.stringContaining('ssm:PutParameter') });
    bench.fault(() => undefined);
  });

  it('says what stays behind where cleaning up fails too', async () => {
    const before = await bench.bucketState();
    bench.fault(({ operation }) =>
      operation === 'PutParameter' || operation === 'DeleteObject'
        ? { kind: 'error', code: 'AccessDenied', status: 403 }
        : undefined,
    );
    const { error } = await shipped(bench.distributions);
    bench.fault(() => undefined);
    expect((error as AppError).message).toContain('Cleaning up failed');
    expect((error as AppError).message).toContain('s3://');
    expect((await bench.bucketState()).versions).toHaveLength(before.versions.length + 1);
    const next = bench.withDeps({ processes: { pid: 1, alive: () => false } });
    await ship(next);
    expect((await bench.bucketState()).versions).toHaveLength(before.versions.length + 1);
    expect(await bench.tempFolders()).toEqual([]);
  });

  it.each<[string, Fault]>([
    ['network', { kind: 'drop', when: 'before' }],
    ['unavailable', { kind: 'error', code: 'ServiceUnavailable', status: 503 }],
    ['throttled', { kind: 'throttle' }],
    ['credentials', { kind: 'error', code: 'ExpiredToken', status: 400 }],
  ])('that passes by itself (%s) is how to go on from it', async (kind, fault) => {
    const before = await bench.bucketState();
    let puts = 0;
    bench.fault(({ operation }) => {
      if (operation === 'PutObject') puts += 1;
      // The package is there; its checksum does not get there.
      return operation === 'PutObject' && puts > 1 ? fault : undefined;
    });
    const { error } = await shipped(bench.distributions);
    bench.fault(() => undefined);
    expect(error).toMatchObject({
      kind,
      message: expect.stringContaining('What was uploaded is kept'),
      hint: expect.stringContaining('--resume'),
    });
    expect((await bench.bucketState()).versions).toHaveLength(before.versions.length + 1);
    expect(await bench.cleanUp()).toBe(1);
    expect(await bench.bucketState()).toEqual(before);
  });

  it('goes on through throttling', async () => {
    bench.fault(({ operation, count }) =>
      operation === 'PutParameter' && count % 2 === 1 ? { kind: 'throttle' } : undefined,
    );
    const { error } = await shipped(bench.distributions);
    bench.fault(() => undefined);
    expect(error).toBeUndefined();
  });
});
