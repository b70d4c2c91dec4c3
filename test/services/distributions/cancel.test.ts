import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distributionSteps } from '../../../src/domain/distribution.ts';
import { goodArtifact, leaving, notes, type ShipBench, ship, shipped, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  await ship(bench.distributions);
});

afterAll(() => bench.close());

async function linkWorks(): Promise<void> {
  const latest = await bench.distributions.latest(signal);
  const response = await fetch(latest?.url ?? '');
  expect(response.status).toBe(200);
  await response.arrayBuffer();
}

describe('cancelling a distribution', () => {
  it.each(distributionSteps)('when %s begins leaves all as it was', async (step) => {
    const before = [await bench.bucketState(), await bench.distributions.latest(signal)];
    const cancel = new AbortController();
    const { error, distribution, events } = await shipped(
      bench.distributions,
      {},
      {
        signal: cancel.signal,
        onEvent: (event) => {
          if (event.kind === 'step' && event.step === step && event.state === 'started') cancel.abort();
        },
      },
    );
    expect(error).toBeUndefined();
    expect(distribution).toBeUndefined();
    expect(events.some((event) => event.kind === 'step' && event.step === step)).toBe(true);
    const isInBucket = distributionSteps.indexOf(step) >= distributionSteps.indexOf('UPLOAD');
    const text =
      `Cancelled in ${step}: ${isInBucket ? 'nothing of it is left in' : 'nothing was put into'} the bucket; ` +
      (step === 'COLLECT' ? 'the record was not touched.' : 'the former link stays in force.');
    expect(events.at(-1)).toEqual({ kind: 'cancelled', step, text });
    expect([await bench.bucketState(), await bench.distributions.latest(signal)]).toEqual(before);
    expect(await bench.tempFolders()).toEqual([]);
  });

  it('at any event leaves either all as it was, or a distribution that is whole', async () => {
    const { events } = await ship(bench.distributions);
    for (let nth = 1; nth <= events.length; nth += 1) {
      const before = { state: await bench.bucketState(), latest: await bench.distributions.latest(signal) };
      const cancel = new AbortController();
      let count = 0;
      await shipped(
        bench.distributions,
        {},
        {
          signal: cancel.signal,
          onEvent: () => {
            count += 1;
            if (count === nth) cancel.abort();
          },
        },
      );
      const latest = await bench.distributions.latest(signal);
      if (latest?.url === before.latest?.url) expect(await bench.bucketState()).toEqual(before.state);
      else expect((await bench.bucketState()).versions).toHaveLength(before.state.versions.length + 1);
      await linkWorks();
      expect(await bench.tempFolders()).toEqual([]);
    }
  });

  it('while nobody can tell whether it was recorded says so, and how to settle it', async () => {
    const cancel = new AbortController();
    bench.fault(({ operation }) => {
      if (operation === 'PutParameter') cancel.abort();
      return cancel.signal.aborted ? { kind: 'drop', when: 'before' } : undefined;
    });
    const { error, events } = await shipped(bench.distributions, {}, { signal: cancel.signal });
    bench.fault(() => undefined);
    expect(error).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ kind: 'cancelled', step: 'RECORD' });
    expect(notes(events)).toMatch(/^Cancelled in RECORD\. .*is not known, so the package .*--resume$/m);
    expect(await bench.cleanUp()).toBe(1);
    await linkWorks();
  });

  it('before it began asks for nothing', async () => {
    bench.fault(() => undefined);
    const { events, error } = await shipped(bench.distributions, {}, { signal: AbortSignal.abort() });
    expect({ events, error, calls: bench.calls() }).toEqual({ events: [], error: undefined, calls: [] });
  });

  it('by leaving the iteration cleans up before it returns', async () => {
    const before = await bench.bucketState();
    for await (const event of bench.distributions.make({ expiresHours: 1 }, signal)) {
      if (event.kind === 'step' && event.step === 'LINK') break;
    }
    expect(await bench.bucketState()).toEqual(before);
    expect(await bench.tempFolders()).toEqual([]);
  });
});
