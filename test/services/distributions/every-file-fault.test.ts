import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { diskError, type FileFaults, watchFiles } from '../../support/file-faults.ts';
import { expectGoodRecord } from './good-record.ts';
import { goodArtifact, leaving, type ShipBench, ship, shipped, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
let files: FileFaults;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  await ship(bench.distributions);
  files = watchFiles(bench.tempDir, bench.ledgerDir);
});

afterAll(async () => {
  files.restore();
  await bench.close();
});

it('the Nth file operation of a small run fails, for every N: the record stays good, and nothing partial', async () => {
  files.choose(() => undefined);
  await ship(bench.distributions);
  const operations = files.seen();
  expect(operations.length).toBeGreaterThan(30);
  for (let n = 1; n <= operations.length; n += 1) {
    bench.clock.advance(60_000);
    const before = { state: await bench.bucketState(), latest: await bench.distributions.latest(signal) };
    files.choose((operation) => (operation.nth === n ? diskError('ENOSPC', operation) : undefined));
    const { error } = await shipped(bench.distributions);
    files.choose(() => undefined);
    const at = operations[n - 1];
    if (error !== undefined) {
      expect(error).toBeInstanceOf(AppError);
      expect({ at, kind: (error as AppError).kind }).not.toMatchObject({ kind: 'bug' });
      expect({ at, state: await bench.bucketState() }).toEqual({ at, state: before.state });
      expect((await bench.distributions.latest(signal))?.url).toBe(before.latest?.url);
    }
    await expectGoodRecord(bench.distributions);
    expect({ at, folders: await bench.tempFolders() }).toEqual({ at, folders: [] });
  }
}, 300_000);
