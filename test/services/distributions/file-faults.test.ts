import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { diskFull, type FileFaults, watchFiles } from '../../support/file-faults.ts';
import { expectGoodRecord } from './good-record.ts';
import { goodArtifact, leaving, type ShipBench, ship, shipped, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
let files: FileFaults;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  await ship(bench.distributions);
  files = watchFiles(bench.tempDir);
});

afterAll(async () => {
  files.restore();
  await bench.close();
});

it('a file operation that fails, whichever it is, leaves a good record and nothing partial', async () => {
  files.choose(() => undefined);
  await ship(bench.distributions);
  const operations = files.seen();
  expect(operations.length).toBeGreaterThan(30);
  for (let n = 1; n <= operations.length; n += 1) {
    bench.clock.advance(60_000);
    const before = { state: await bench.bucketState(), latest: await bench.distributions.latest(signal) };
    files.choose(({ nth, name, path }) => (nth === n ? diskFull(name, path) : undefined));
    const { error } = await shipped(bench.distributions);
    files.choose(() => undefined);
    if (error !== undefined) {
      expect(error).toBeInstanceOf(AppError);
      expect({ at: operations[n - 1], state: await bench.bucketState() }).toEqual({
        at: operations[n - 1],
        state: before.state,
      });
      expect((await bench.distributions.latest(signal))?.url).toBe(before.latest?.url);
    }
    await expectGoodRecord(bench.distributions);
    expect({ at: operations[n - 1], folders: await bench.tempFolders() }).toEqual({
      at: operations[n - 1],
      folders: [],
    });
  }
});
