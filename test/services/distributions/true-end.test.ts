import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Distribution } from '../../../src/domain/distribution.ts';
import { goodArtifact, leaving, region, type ShipBench, ship, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
const hour = 3_600_000;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterAll(() => bench.close());

/** Writes the record as ccwb does, with a local time without a zone. */
async function recordAs(made: Distribution, url: string, until: number): Promise<void> {
  const local = new Date(until - new Date(until).getTimezoneOffset() * 60_000);
  const Value = JSON.stringify({
    url,
    expires: local.toISOString().slice(0, 19),
    package_key: made.packageKey,
    checksum: made.checksum,
    filename: made.filename,
  });
  await (await bench.aws.ssm(region)).send(
    new PutParameterCommand({
      Name: bench.deployment.parameterName,
      Value,
      Type: 'SecureString',
      Overwrite: true,
    }),
  );
}

describe('a record that promises more than its link holds', () => {
  it('is not believed, wherever the link is used', async () => {
    const { distribution } = await ship(bench.distributions, { expiresHours: 1 });
    const { url, packageKey, expiresAt } = distribution;
    await recordAs(distribution, url, bench.clock.now() + 12 * hour);
    // Another administrator’s machine, which knows of the link by the record alone.
    const theirs = bench.withDeps({ ledgerDir: `${bench.ledgerDir}-bob/` });
    const listed = async () => (await theirs.list(signal)).find(({ key }) => key === packageKey);
    expect(await theirs.latest(signal)).toMatchObject({ expiresAt, expiryHasZone: true });
    bench.clock.advance(2 * hour);
    expect(await listed()).toMatchObject({ state: 'expired', expiresAt });
    expect(await theirs.links.verify({ key: packageKey }, () => {}, signal)).toMatchObject({
      verdict: 'dead',
      detail: expect.stringContaining('it expired'),
    });
  });

  it('is said to be a guess where the link itself tells nothing', async () => {
    const { distribution } = await ship(bench.distributions, { expiresHours: 1 });
    const until = Math.floor(bench.clock.now() / 1000) * 1000 + 2 * hour;
    const url = `https://get.example.com/${bench.bucket}/${distribution.filename}`;
    await recordAs(distribution, url, until);
    const theirs = bench.withDeps({ ledgerDir: `${bench.ledgerDir}-bob/` });
    expect(await theirs.latest(signal)).toMatchObject({ expiresAt: until, expiryHasZone: false });
    expect(await theirs.list(signal)).toContainEqual(
      expect.objectContaining({ key: distribution.packageKey, expiresAt: until, isEndGuessed: true }),
    );
  });
});
