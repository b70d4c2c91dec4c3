import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Removal } from '../../../src/domain/links.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import {
  goodArtifact,
  leaving,
  type ShipBench,
  ship,
  shipped,
  startShipBench,
  toItsEnd,
} from './ship-bench.ts';

let bench: ShipBench;
/** What is recorded before, and must stay so. */
let former: string;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterAll(() => bench.close());

beforeEach(async () => {
  bench.fault(() => undefined);
  bench.clock.advance(60_000);
  former = (await ship(bench.distributions)).distribution.url;
  bench.clock.advance(60_000);
});

/** Another administrator's machine. */
const bob = () => bench.withDeps({ ledgerDir: `${bench.ledgerDir}-bob/` });

async function revokeNewest(service: DistributionsService): Promise<Removal> {
  const [newest] = await service.list(signal);
  return service.links.revoke(newest?.key ?? '', {}, () => {}, signal);
}

/**
 * Somebody else revokes the newest package once the last of this many downloads is over: before the request that comes
 * after it.
 */
function revokingAfter(downloads: number, refused: string): () => Promise<Removal> | undefined {
  let seen = 0;
  let theirs: Promise<Removal> | undefined;
  bench.fault(({ operation }) => {
    if (operation === refused) return { kind: 'error', code: 'AccessDenied', status: 403 };
    if (theirs) return undefined;
    if (operation === 'GetObject') seen += 1;
    if (seen < downloads || operation === 'GetObject') return undefined;
    theirs = revokeNewest(bob());
    return { kind: 'delay', until: theirs };
  });
  return () => theirs;
}

async function expectFormer(): Promise<void> {
  bench.fault(() => undefined);
  const { url = '' } = (await bench.distributions.latest(signal)) ?? {};
  expect(url).toBe(former);
  expect((await fetch(url)).status).toBe(200);
}

describe('a package that somebody else revokes while it is read back', () => {
  it.each([
    { how: 'deleted', refused: '', allowedIps: undefined, who: 'everybody', downloads: 2, kind: 'not-found' },
    {
      how: 'denied',
      refused: 'DeleteObject',
      allowedIps: undefined,
      who: 'everybody',
      downloads: 2,
      kind: 'conflict',
    },
    // Its address is tried before and after.
    {
      how: 'denied',
      refused: 'DeleteObject',
      allowedIps: ['127.0.0.1'],
      who: 'some addresses',
      downloads: 4,
      kind: 'conflict',
    },
  ])(
    'is not recorded: $how, its link made for $who',
    async ({ how, refused, allowedIps, downloads, kind }) => {
      const theirs = revokingAfter(downloads, refused);
      const { error } = await shipped(bench.distributions, allowedIps ? { allowedIps } : {});
      expect(await theirs()).toMatchObject({ how });
      expect(error).toMatchObject({
        kind,
        message: expect.stringContaining('while its link was being made'),
      });
      await expectFormer();
    },
  );

  it('is not recorded by a run that was cut off and goes on', async () => {
    bench.fault(({ operation }) =>
      operation === 'PutParameter' ? { kind: 'drop', when: 'before' } : undefined,
    );
    await shipped(bench.distributions);
    bench.fault(() => undefined);
    const next = bench.withDeps({ processes: { pid: 1, alive: () => false } });
    const [left] = await next.leftovers(signal);
    const theirs = revokingAfter(1, '');
    const { error } = await toItsEnd(next.resume(left?.id ?? '', {}, signal));
    expect(await theirs()).toMatchObject({ how: 'deleted' });
    expect(error).toMatchObject({ kind: 'not-found' });
    await expectFormer();
    expect(await bench.tempFolders()).toEqual([]);
  });
});
