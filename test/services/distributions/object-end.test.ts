import { createHash } from 'node:crypto';
import { PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DistributionEvent } from '../../../src/domain/distribution.ts';
import { goodArtifact, leaving, notes, region, type ShipBench, ship, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
const signal = new AbortController().signal;

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  const Rules = [
    { ID: 'short', Status: 'Enabled' as const, Filter: { Prefix: 'packages/' }, Expiration: { Days: 1 } },
  ];
  await (await bench.aws.s3(region)).send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket: bench.bucket,
      LifecycleConfiguration: { Rules },
    }),
  );
});

afterAll(() => bench.close());

/** Where the end was told, the ways out, and the end of the step that makes the link. */
function places(events: readonly DistributionEvent[]) {
  return [
    events.findIndex((event) => event.kind === 'short-link'),
    events.findIndex((event) => event.kind === 'note' && event.text.includes('lifecycle rule')),
    events.findIndex((event) => event.kind === 'step' && event.step === 'LINK' && event.state === 'done'),
  ];
}

describe('a bucket that removes packages sooner than a link would end', () => {
  it('is told of with the ways out, before the link is made', async () => {
    const { distribution, events } = await ship(bench.distributions, { expiresHours: 168 });
    expect(distribution.expiryCause).toBe('object');
    expect(notes(events)).toMatch(/ask for at most \d+ h, or change the bucket’s lifecycle rule/);
    const found = places(events);
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });

  it('is told of at a renewal too', async () => {
    const { distribution } = await ship(bench.distributions, { expiresHours: 1 });
    const events: DistributionEvent[] = [];
    const renewal = bench.distributions.links.renew(distribution.packageKey, { expiresHours: 168 }, signal);
    for await (const event of renewal) events.push(event);
    expect(notes(events)).toMatch(/ask for at most \d+ h, or change the bucket’s lifecycle rule/);
  });
});

describe('a package with a name of its own', () => {
  it('is saved by that name, however it is written', async () => {
    const Key = 'packages/foreign/we"ird \\ für.zip';
    const Body = 'package';
    const checksum = createHash('sha256').update(Body).digest('hex');
    await bench.put({ Key, Body, Metadata: { checksum } });
    const events: DistributionEvent[] = [];
    const renewal = bench.distributions.links.renew(Key, { expiresHours: 1 }, signal);
    for await (const event of renewal) events.push(event);
    const done = events.find((event) => event.kind === 'done');
    const answer = await fetch(done?.distribution.url ?? '');
    expect(await answer.text()).toBe(Body);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="we_ird _ f_r.zip"; filename*=UTF-8''we%22ird%20%5C%20f%C3%BCr.zip`,
    );
  });
});
