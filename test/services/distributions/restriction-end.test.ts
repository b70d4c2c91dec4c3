import { DeleteObjectCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownStatements } from '../../../src/domain/bucket-policy.ts';
import type { Distribution } from '../../../src/domain/distribution.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import type { RenewOptions } from '../../../src/domain/ports/links.ts';
import { goodArtifact, leaving, notes, region, type ShipBench, ship, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
const signal = new AbortController().signal;
const hour = 3_600_000;
const elsewhere = ['127.0.0.2/32'];
const foreign = {
  Sid: 'KeepTheLogs',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:DeleteObject',
  Resource: 'arn:aws:s3:::claude-code-auth-codebuild-buildbucket-sandbox/logs/*',
};

beforeEach(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterEach(() => bench.close());

/** Another administrator's machine: the same account, a ledger of its own. */
const bob = () => bench.withDeps({ ledgerDir: `${bench.ledgerDir}-bob/` });

async function restricted(expiresHours: number, allowedIps = elsewhere): Promise<Distribution> {
  return (await ship(bench.distributions, { expiresHours, allowedIps })).distribution;
}

async function renewed(service: DistributionsService, key: string, options: RenewOptions) {
  const said: string[] = [];
  for await (const event of service.links.renew(key, options, signal)) {
    if (event.kind === 'note') said.push(event.text);
    if (event.kind === 'done') return { distribution: event.distribution, said };
  }
  throw new Error('no link was made');
}

async function policyText(): Promise<string | undefined> {
  try {
    const s3 = await bench.aws.s3(region);
    return (await s3.send(new GetBucketPolicyCommand({ Bucket: bench.bucket }))).Policy;
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucketPolicy') return undefined;
    throw error;
  }
}

async function putForeign(): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [foreign] });
  await (await bench.aws.s3(region)).send(new PutBucketPolicyCommand({ Bucket: bench.bucket, Policy }));
}

/** Packages that our statements restrict, each with its end. */
async function restrictions() {
  return ownStatements((await policyText()) ?? '{"Statement":[]}').map(({ key, until }) => ({ key, until }));
}

/** When a link that was made just now ends, at most a minute later than asked. */
const endIn = (hours: number) => {
  const end = bench.clock.now() + hours * hour;
  return { asymmetricMatch: (until: number) => Math.abs(until - end) <= 2 * 60_000 };
};

const statusOf = async (url: string) => {
  const answer = await fetch(url);
  await answer.body?.cancel();
  return answer.status;
};

describe('a restriction whose last link has ended', () => {
  it('is taken out by the next run, whoever’s, which says so', async () => {
    await putForeign();
    const { packageKey, filename } = await restricted(2);
    expect(await restrictions()).toEqual([{ key: packageKey, until: endIn(2) }]);
    bench.clock.advance(2.5 * hour);
    await ship(bob());
    expect(await restrictions()).toHaveLength(1);
    bench.clock.advance(hour);
    const { events } = await ship(bob());
    expect(notes(events)).toContain(`what no link needs any more: ${filename}.`);
    expect(JSON.parse((await policyText()) ?? '').Statement).toEqual([foreign]);
  });

  it('leaves no policy behind where it was alone', async () => {
    const first = await restricted(1);
    bench.clock.advance(1.5 * hour);
    const second = await restricted(1);
    expect(await restrictions()).toEqual([
      { key: first.packageKey, until: expect.any(Number) },
      { key: second.packageKey, until: endIn(1) },
    ]);
    bench.clock.advance(3 * hour);
    await ship(bench.distributions);
    expect(await policyText()).toBeUndefined();
  });

  it('is taken out before that where the package is gone', async () => {
    const { packageKey, versionId } = await restricted(168);
    const s3 = await bench.aws.s3(region);
    await s3.send(new DeleteObjectCommand({ Bucket: bench.bucket, Key: packageKey, VersionId: versionId }));
    bench.clock.advance(60_000);
    await ship(bench.distributions);
    expect(await policyText()).toBeUndefined();
  });

  it('stays where it may not be read or removed, and the run goes on', async () => {
    const { packageKey } = await restricted(1);
    bench.clock.advance(3 * hour);
    for (const refused of ['GetBucketPolicy', 'DeleteBucketPolicy']) {
      bench.fault(({ operation }) =>
        operation === refused ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
      );
      await ship(bench.distributions);
      bench.fault(() => undefined);
      expect(await restrictions()).toMatchObject([{ key: packageKey }]);
      bench.clock.advance(60_000);
    }
  });

  it('goes by S3’s clock where this machine’s is wrong', async () => {
    const { packageKey } = await restricted(2);
    const clock = { ...bench.clock, now: () => bench.clock.now() + 5 * hour };
    await ship(bench.withDeps({ clock }));
    expect(await restrictions()).toMatchObject([{ key: packageKey }]);
  });
});

describe('a restriction whose question waits', () => {
  const answered = async (afterMs: number) => {
    const ask = async () => {
      bench.clock.advance(afterMs);
      return true;
    };
    const options = { expiresHours: 2, allowedIps: elsewhere, ask };
    const { distribution, events } = await ship(bench.distributions, options);
    const writes = bench.calls().filter((call) => call === 'PutBucketPolicy').length;
    return { distribution, said: notes(events), writes };
  };

  it('is not written again for some minutes', async () => {
    const { said, writes } = await answered(11 * 60_000);
    expect(writes).toBe(1);
    expect(said).not.toContain('put back');
  });

  it('lasts as long as the link that was made hours later', async () => {
    const { distribution } = await answered(5 * hour);
    const [{ until = 0 } = {}] = await restrictions();
    expect(until + hour).toBeGreaterThan(distribution.expiresAt);
    bench.clock.advance(hour);
    await ship(bench.distributions);
    expect(await restrictions()).toHaveLength(1);
    expect(await statusOf(distribution.url)).toBe(403);
  });
});

describe('a restricted package that is renewed', () => {
  it('stays restricted until the end of the new link, made by another machine too', async () => {
    const { packageKey } = await restricted(2);
    bench.clock.advance(hour);
    const { distribution } = await renewed(bob(), packageKey, { expiresHours: 24 });
    expect(await restrictions()).toEqual([{ key: packageKey, until: endIn(24) }]);
    bench.clock.advance(4 * hour);
    await ship(bench.distributions);
    expect(await restrictions()).toMatchObject([{ key: packageKey }]);
    expect(await statusOf(distribution.url)).toBe(403);
  });

  it('asks nothing where the restriction only lasts longer, and shows that', async () => {
    const { packageKey } = await restricted(2);
    const ask = () => Promise.reject(new Error('asked'));
    const { said } = await renewed(bench.distributions, packageKey, { expiresHours: 24, ask });
    expect(said.filter((text) => /^[-+] /.test(text))).toEqual([
      expect.stringMatching(/^- Sid: CcwbTui\w+Until\w+Z$/),
      expect.stringMatching(/^\+ Sid: CcwbTui\w+Until\w+Z$/),
    ]);
  });

  it('does not end sooner by a shorter link', async () => {
    const { packageKey } = await restricted(24);
    const { until } = (await restrictions())[0] ?? {};
    await renewed(bench.distributions, packageKey, { expiresHours: 1 });
    expect(await restrictions()).toEqual([{ key: packageKey, until }]);
  });

  it.each([
    ['by the machine that made it', () => bench.distributions],
    ['by another one', bob],
  ])('after its end is restricted as before, %s', async (_, who) => {
    const { packageKey } = await restricted(1);
    bench.clock.advance(3 * hour);
    await ship(bench.distributions);
    expect(await restrictions()).toEqual([]);
    const { distribution } = await renewed(who(), packageKey, { expiresHours: 4 });
    expect(distribution.allowedIps).toEqual(elsewhere);
    expect(await restrictions()).toEqual([{ key: packageKey, until: endIn(4) }]);
    expect(await statusOf(distribution.url)).toBe(403);
  });

  it('after its end needs its addresses named where they were too many to be remembered', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `203.0.113.${index * 2}/32`);
    const { packageKey } = await restricted(1, many);
    bench.clock.advance(3 * hour);
    await ship(bench.distributions);
    await expect(renewed(bob(), packageKey, { expiresHours: 4 })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('not known here'),
    });
    const named = await renewed(bob(), packageKey, { expiresHours: 4, allowedIps: elsewhere });
    expect(named.distribution.allowedIps).toEqual(elsewhere);
  });

  it('keeps its statement where somebody renews it while another removes what has ended', async () => {
    const { packageKey } = await restricted(1);
    bench.clock.advance(3 * hour);
    let reads = 0;
    // Between the sweep's look and its write the other's renewal comes through.
    bench.fault(({ operation }) => {
      if (operation === 'GetBucketPolicy') reads += 1;
      if (operation !== 'GetBucketPolicy' || reads !== 2) return undefined;
      return { kind: 'delay', until: renewed(bob(), packageKey, { expiresHours: 4 }) };
    });
    await ship(bench.distributions);
    expect(await restrictions()).toEqual([{ key: packageKey, until: endIn(4) }]);
  });
});
