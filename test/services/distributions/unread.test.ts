import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PackageEntry } from '../../../src/domain/distribution.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import { goodArtifact, leaving, notes, type ShipBench, ship, startShipBench } from './ship-bench.ts';

const signal = new AbortController().signal;
let bench: ShipBench;

beforeEach(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterEach(() => bench.close());

/** Every call of these operations is refused from now on. */
function deny(...operations: string[]): void {
  bench.fault(({ operation }) =>
    operations.includes(operation) ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
  );
}

async function told(service: DistributionsService): Promise<{ list: PackageEntry[]; said: string[] }> {
  const said: string[] = [];
  const list = await service.list(signal, (text) => said.push(text));
  return { list, said };
}

describe('a list made without what may not be read', () => {
  it.each([
    ['GetParameter', 'record', /ssm:GetParameter.* Links made on other machines are not known here\.$/],
    ['GetBucketPolicy', 'policy', /s3:GetBucketPolicy.* may read as valid from anywhere\.$/],
    ['ListObjectVersions', 'versions', /s3:ListBucketVersions.* delete marker may be missing here\.$/],
  ] as const)('says that %s is denied, and what hangs on it', async (operation, unread, sentence) => {
    await ship(bench.distributions);
    expect((await told(bench.distributions)).said).toEqual([]);
    deny(operation);
    const service = bench.withDeps({});
    for (const { list, said } of [await told(service), await told(service)]) {
      expect(said).toEqual([expect.stringMatching(sentence)]);
      expect(list).toMatchObject([{ state: 'valid', unread: [unread] }]);
    }
  });

  it('says that deleted packages may read as valid where not even a look is permitted', async () => {
    await ship(bench.distributions);
    deny('ListObjectVersions', 'HeadObject');
    expect((await told(bench.withDeps({}))).said).toEqual([
      expect.stringMatching(/may be missing here, and deleted ones read as valid\.$/),
    ]);
  });

  it('is told of by whoever renews, verifies or revokes by it', async () => {
    const { packageKey } = (await ship(bench.distributions)).distribution;
    deny('GetBucketPolicy');
    const news: string[] = [];
    await bench
      .withDeps({})
      .links.verify({ key: packageKey }, (it) => void (it.kind === 'note' && news.push(it.text)), signal);
    expect(news.join('\n')).toContain('s3:GetBucketPolicy');
  });
});

describe('a distribution stack that may not be read', () => {
  const why = 'Reading stack p-distribution: not permitted (cloudformation:DescribeStacks).';

  it('is said where a package is made, listed or renewed in the build bucket instead', async () => {
    const service = bench.withDeps({
      deployment: { ...bench.deployment, notes: [why], unread: { distribution: why } },
    });
    const sentence = `${why} Its bucket is not known: packages are taken to lie in the build bucket ${bench.bucket}`;
    const { events, distribution } = await ship(service);
    expect(notes(events)).toContain(sentence);
    expect((await told(service)).said.join()).toContain(sentence);
    const renewing = [];
    for await (const event of service.links.renew(distribution.packageKey, { expiresHours: 1 }, signal)) {
      renewing.push(event);
    }
    expect(notes(renewing)).toContain(sentence);
  });
});

it('the end of a link is told by the reader’s clock and in UTC', async () => {
  const service = bench.withDeps({ timeZone: 'Europe/Berlin' });
  const { events, distribution } = await ship(service);
  const both = expect.stringMatching(/^works until \d+ Nov \d\d:\d\d \(2026-11-\d\d \d\d:\d\d UTC\)$/);
  const linked = { kind: 'step', step: 'LINK', state: 'done', detail: both };
  expect(events).toContainEqual(linked);
  const renewing = [];
  for await (const event of service.links.renew(distribution.packageKey, { expiresHours: 1 }, signal)) {
    renewing.push(event);
  }
  expect(renewing).toContainEqual(linked);
});

it('a record that is replaced unseen is told of', async () => {
  deny('GetParameter');
  const { events } = await ship(bench.distributions);
  expect(notes(events)).toContain('may not be read (ssm:GetParameter)');
});
