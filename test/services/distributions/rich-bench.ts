import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { revocation } from '../../../src/domain/bucket-policy.ts';
import { addressesSid, parseSid } from '../../../src/domain/policy-sid.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import { partBytes } from '../../../src/services/distributions/upload/package-object.ts';
import { expectGoodRecord } from './good-record.ts';
import { goodArtifact, leaving, region, type ShipBench, shipped, startShipBench } from './ship-bench.ts';

type Ended = Awaited<ReturnType<typeof shipped>>;

/** What others see, and what a run may leave. */
type State = {
  bucket: Awaited<ReturnType<ShipBench['bucketState']>>;
  policy: string[];
  url: string | undefined;
};

/**
 * A bench for the run that has everything: files of a build and of a folder, parts, a signing user, allowed addresses
 * in a policy with statements of others and one of ours to be swept, a record and a ledger before it.
 */
export type RichBench = {
  bench: ShipBench;
  /** Of the user's, with what `--package-path` takes. */
  folder: string;
  ship(): Promise<Ended>;
  /** A minute later, the policy as it was before any run. */
  beginAnew(): Promise<State>;
  /**
   * Whatever became of a run: after what the next start offers, either all is as it was, or there is one whole package
   * more, which is recorded; nothing partial is left. `what`: of the run, for the failure's message.
   */
  expectOneOrTheOther(before: State, ended: Ended, what: string): Promise<{ isNew: boolean }>;
  close(): Promise<void>;
};

export async function startRichBench(): Promise<RichBench> {
  const bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  const folder = await mkdtemp(join(tmpdir(), 'ccwb-rich-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/noise.bin'), randomBytes(partBytes));
  const deployment = {
    ...bench.deployment,
    profile: { ...bench.deployment.profile, extraFiles: ['data'] },
    distributorSecret: 'claude-code-auth-distributor-credentials',
  };
  const service = bench.withDeps({ deployment });
  const next = bench.withDeps({ deployment, processes: { pid: 1, alive: () => false } });
  const options = { packagePath: folder, allowedIps: ['127.0.0.1/32'], ask: async () => true };
  const signal = new AbortController().signal;
  const state = async (): Promise<State> => ({
    bucket: await bench.bucketState(),
    policy: (await statementNames(bench)).filter((name) => name !== stale.Sid),
    url: (await service.latest(signal))?.url,
  });
  const stale = revocation({
    partition: 'aws',
    bucket: bench.bucket,
    key: 'packages/20200101-000000/gone.zip',
  });
  return {
    bench,
    folder,
    ship: () => shipped(service, options),
    async beginAnew() {
      bench.clock.advance(60_000);
      await putPolicy(bench, [foreign, stale]);
      return state();
    },
    async expectOneOrTheOther(before, { error, distribution }, what) {
      await expectGoodRecord(service);
      const hadLeft = await cleanUpAll(bench, next, signal);
      const after = await state();
      const isNew = after.url !== before.url;
      if (isNew) {
        expect(after.bucket.versions, what).toHaveLength(before.bucket.versions.length + 1);
        expect(after.bucket.checksums, what).toHaveLength(before.bucket.checksums.length + 1);
        expect(after.bucket, what).toMatchObject({ uploads: [], deleteMarkers: 0 });
        const key = (await service.latest(signal))?.packageKey ?? '';
        expect(after.policy, what).toEqual([...before.policy, addressesSid(key)]);
      } else expect(after, what).toEqual(before);
      expect(distribution?.url ?? before.url, what).toBe(error ? before.url : after.url);
      // A failure is told in the program's words; one that nobody thought of is a bug.
      if (error) expect(error, what).not.toMatchObject({ kind: 'bug' });
      if (hadLeft) await expectGoodRecord(service);
      return { isNew };
    },
    async close() {
      await bench.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What the next start offers, and what it does by itself; the last of it goes with the next run. Answers with whether
 * there was anything.
 */
async function cleanUpAll(
  bench: ShipBench,
  next: DistributionsService,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await bench.tempFolders()).length === 0) return false;
  for (const { id } of await next.leftovers(signal)) await next.cleanUp(id, signal);
  if ((await bench.tempFolders()).length > 0) {
    await shipped(next, { buildIds: ['claude-code-auth-linux-x64-build:none'] });
  }
  expect(await bench.tempFolders()).toEqual([]);
  return true;
}

const foreign = {
  Sid: 'KeepTheLogs',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:DeleteObject',
  Resource: 'arn:aws:s3:::claude-code-auth-codebuild-buildbucket-sandbox/logs/*',
};

async function putPolicy({ aws, bucket }: ShipBench, statements: readonly unknown[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await (await aws.s3(region)).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
}

async function statementNames({ aws, bucket }: ShipBench): Promise<string[]> {
  const { Policy } = await (await aws.s3(region)).send(new GetBucketPolicyCommand({ Bucket: bucket }));
  const { Statement } = JSON.parse(Policy ?? '') as { Statement: { Sid: string }[] };
  return Statement.map(({ Sid }) => parseSid(Sid).name);
}
