import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { partBytes } from '../../../src/services/distributions/upload/package-object.ts';
import { goodArtifact, leaving, type ShipBench, shipped, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
let folder: string;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  folder = await mkdtemp(join(tmpdir(), 'ccwb-throttled-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/noise.bin'), randomBytes(partBytes + 1000));
});

afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

it('an upload whose parts are throttled says so, when it goes over some again, and once that it is over', async () => {
  const profile = { ...bench.deployment.profile, extraFiles: ['data'] };
  const large = bench.withDeps({ deployment: { ...bench.deployment, profile } });
  bench.fault(({ operation, count }) =>
    operation === 'UploadPart' && count <= 6 ? { kind: 'throttle' } : undefined,
  );
  const { error, events } = await shipped(large, { packagePath: folder });
  expect(error).toBeUndefined();
  expect(events.filter(({ kind }) => kind === 'recovered')).toHaveLength(1);
  expect(events.find(({ kind }) => kind === 'trouble')).toMatchObject({
    action: 's3:PutObject',
    error: { kind: 'throttled' },
  });
  let furthest = 0;
  let fewer = 0;
  for (const event of events) {
    if (event.kind !== 'progress' || event.step !== 'UPLOAD') continue;
    if (event.done < furthest) fewer += 1;
    expect(event.again === true).toBe(event.done < furthest);
    furthest = Math.max(furthest, event.done);
  }
  expect(fewer).toBeGreaterThan(0);
});
