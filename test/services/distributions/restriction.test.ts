import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownStatements, restriction, revocation } from '../../../src/domain/bucket-policy.ts';
import type { DistributionOptions, DistributionQuestion } from '../../../src/domain/distribution.ts';
import { addressesSid, parseSid } from '../../../src/domain/policy-sid.ts';
import { journalName, type RunJournal } from '../../../src/services/distributions/journal.ts';
import { removeStatement } from '../../../src/services/distributions/policy/statements.ts';
import {
  goodArtifact,
  leaving,
  notes,
  region,
  type ShipBench,
  ship,
  shipped,
  startShipBench,
} from './ship-bench.ts';

let bench: ShipBench;
const signal = new AbortController().signal;
const us = '127.0.0.1/32';
const them = '127.0.0.2/32';

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterAll(() => bench.close());

beforeEach(async () => {
  bench.fault(() => undefined);
  bench.clock.advance(60_000);
  await putPolicy(undefined);
});

const foreign = {
  Sid: 'KeepTheLogs',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 's3:DeleteObject',
  Resource: 'arn:aws:s3:::claude-code-auth-codebuild-buildbucket-sandbox/logs/*',
};

async function putPolicy(statement: unknown): Promise<void> {
  const s3 = await bench.aws.s3(region);
  const Bucket = bench.bucket;
  if (statement === undefined) await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  else {
    const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'theirs', Statement: statement });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }
}

/** The policy's text, or undefined. */
async function policy(): Promise<string | undefined> {
  try {
    const s3 = await bench.aws.s3(region);
    return (await s3.send(new GetBucketPolicyCommand({ Bucket: bench.bucket }))).Policy;
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucketPolicy') return undefined;
    throw error;
  }
}

const statements = async () => JSON.parse((await policy()) ?? '{"Statement":[]}').Statement;

const statementNames = async () => (await statements()).map(({ Sid }: { Sid: string }) => parseSid(Sid).name);

/** Downloads from one of this machine's addresses. */
function downloadFrom(url: string, localAddress: string): Promise<{ status: number; size: number }> {
  return new Promise((resolve, reject) => {
    get(url, { localAddress, agent: false }, (response) => {
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, size }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

const yes = async () => true;
const only = (allowed: string, more: Partial<DistributionOptions> = {}) => ({
  allowedIps: [allowed],
  ask: yes,
  ...more,
});

describe('a link for some addresses', () => {
  it('works from an allowed one and from no other, and says which was tried', async () => {
    const asked: DistributionQuestion[] = [];
    const { distribution, events } = await ship(
      bench.distributions,
      only(us, {
        ask: async (question) => {
          asked.push(question);
          return true;
        },
      }),
    );
    expect(distribution.allowedIps).toEqual([us]);
    expect(await downloadFrom(distribution.url, '127.0.0.1')).toEqual({
      status: 200,
      size: distribution.size,
    });
    expect((await downloadFrom(distribution.url, '127.0.0.2')).status).toBe(403);
    expect(distribution.verified).toContain('address 127.0.0.1 is allowed');
    expect(distribution.verified).toContain('was not tried');
    const { partition, bucket } = { partition: 'aws', bucket: bench.bucket };
    const statement = restriction({
      partition,
      bucket,
      key: distribution.packageKey,
      allowed: [us],
      until: distribution.expiresAt,
    });
    expect(await statements()).toEqual([statement]);
    expect(asked).toEqual([
      {
        kind: 'policy',
        bucket,
        added: expect.arrayContaining([`Condition NotIpAddress: {"aws:SourceIp":["${us}"]}`]),
        removed: [],
      },
    ]);
    // The question showed it.
    expect(notes(events)).not.toContain(`Sid: ${statement.Sid}`);
  });

  it('refuses this machine where it is not allowed: that is expected, and the version is read signed', async () => {
    const { distribution } = await ship(bench.distributions, only(them));
    expect((await downloadFrom(distribution.url, '127.0.0.1')).status).toBe(403);
    expect(await downloadFrom(distribution.url, '127.0.0.2')).toEqual({
      status: 200,
      size: distribution.size,
    });
    expect(distribution.verified).toMatch(/refuses this machine \(403\).*signed request.*sha256 as packed/);
  });

  it('is refused where the restriction does not hold', async () => {
    const before = await bench.bucketState();
    // Somebody takes the statement away as soon as it is there.
    let reads = 0;
    bench.fault(({ operation }) => {
      if (operation === 'GetObject') reads += 1;
      if (operation !== 'GetObject' || reads !== 2) return undefined;
      return { kind: 'delay', until: putPolicy(foreign) };
    });
    const { error } = await shipped(bench.distributions, only(them));
    expect(error).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('lets 127.0.0.1 in, which is not allowed'),
    });
    expect(await bench.bucketState()).toEqual(before);
    expect(await statements()).toEqual(foreign);
  });

  it('is tried again while S3 takes its time to heed the policy', async () => {
    let reads = 0;
    bench.fault(({ operation }) => {
      if (operation === 'GetObject') reads += 1;
      return operation === 'GetObject' && reads === 2
        ? { kind: 'answer', status: 206, body: 'P', headers: { 'content-range': 'bytes 0-0/100' } }
        : undefined;
    });
    const { distribution } = await ship(bench.distributions, only(them));
    expect(distribution.verified).toContain('refuses this machine (403)');
  });

  it.each([
    ['cannot be used by anybody', them, 2, 'SignatureDoesNotMatch', 'HTTP 403, SignatureDoesNotMatch'],
    [
      'refuses an allowed address once it was read',
      us,
      4,
      'AccessDenied',
      'refuses 127.0.0.1, which is allowed',
    ],
  ])('that %s is not taken for one that is restricted', async (_, allowed, from, code, message) => {
    const before = await bench.bucketState();
    let reads = 0;
    bench.fault(({ operation }) => {
      if (operation === 'GetObject') reads += 1;
      // Of the artifact, to try the link, of the package, to try it once more; a signed request would get through.
      const isRefused = operation === 'GetObject' && reads >= from && (from > 2 || reads === from);
      return isRefused ? { kind: 'error', code, status: 403 } : undefined;
    });
    const { error } = await shipped(bench.distributions, only(allowed));
    bench.fault(() => undefined);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(await bench.bucketState()).toEqual(before);
    expect(await policy()).toBeUndefined();
  });

  it('leaves the links of other packages as they are', async () => {
    const free = await ship(bench.distributions);
    const first = await ship(bench.distributions, only(them));
    await ship(bench.distributions, only(us));
    expect((await downloadFrom(free.distribution.url, '127.0.0.2')).status).toBe(200);
    expect((await downloadFrom(first.distribution.url, '127.0.0.2')).status).toBe(200);
    expect((await downloadFrom(first.distribution.url, '127.0.0.1')).status).toBe(403);
    expect(await statements()).toHaveLength(2);
  });

  it('says what was given twice, and takes the addresses for agreement where nobody can be asked', async () => {
    const { events, distribution } = await ship(bench.distributions, { allowedIps: ['127.0.0.0/8', us] });
    expect(await statements()).toHaveLength(1);
    expect(notes(events)).toContain('127.0.0.1/32 is in 127.0.0.0/8 already.');
    // Nobody was asked: what changed stands among the notes.
    expect(notes(events)).toContain(`+ Sid: ${addressesSid(distribution.packageKey)}`);
    expect(distribution.allowedIps).toEqual(['127.0.0.0/8']);
  });
});

describe('the policy of others', () => {
  it('is kept to the word, also one statement that stands alone', async () => {
    await putPolicy(foreign);
    const { distribution } = await ship(bench.distributions, only(us));
    expect((await statements())[0]).toEqual(foreign);
    expect(JSON.parse((await policy()) ?? '')).toMatchObject({ Version: '2012-10-17', Id: 'theirs' });
    const place = { bucket: bench.bucket, region };
    await removeStatement(bench, place, addressesSid(distribution.packageKey), signal);
    expect(await statements()).toEqual([foreign]);
  });

  it('loses statements of ours whose package is gone, and no others', async () => {
    const of = { partition: 'aws', bucket: bench.bucket };
    const gone = revocation({ ...of, key: 'packages/20200101-000000/gone.zip' });
    await bench.put({ Key: 'packages/20200101-000000/there.zip', Body: 'x' });
    const there = revocation({ ...of, key: 'packages/20200101-000000/there.zip' });
    await putPolicy([gone, foreign, there]);
    const { distribution, events } = await ship(bench.distributions, { allowedIps: [us] });
    const keys = ownStatements((await policy()) ?? '').map(({ key }) => key);
    expect(keys).toEqual(['packages/20200101-000000/there.zip', distribution.packageKey]);
    expect(notes(events)).toContain('what no link needs any more: gone.zip.');
  });

  it('keeps what somebody writes while the change is being agreed to', async () => {
    const theirs = { ...foreign, Sid: 'Meanwhile' };
    let asked = 0;
    const { events } = await ship(
      bench.distributions,
      only(us, {
        ask: async () => {
          asked += 1;
          await putPolicy(theirs);
          return true;
        },
      }),
    );
    expect((await statements()).map(({ Sid }: { Sid: string }) => Sid)).toEqual([
      'Meanwhile',
      expect.stringMatching(/^CcwbTui/),
    ]);
    expect(notes(events)).toContain('Somebody else changed the policy');
    // The difference is the same one: agreed once.
    expect(asked).toBe(1);
  });

  it('is joined again where somebody writes over ours in the same moment', async () => {
    let written = false;
    let overwritten = false;
    bench.fault(({ operation }) => {
      if (operation === 'GetBucketPolicy' && written && !overwritten) {
        overwritten = true;
        return { kind: 'delay', until: putPolicy(foreign) };
      }
      if (operation === 'PutBucketPolicy') written = true;
      return undefined;
    });
    const { events, distribution } = await ship(bench.distributions, only(us));
    expect(await statementNames()).toEqual([foreign.Sid, addressesSid(distribution.packageKey)]);
    expect(notes(events)).toContain('in the same moment; it is written again');
  });

  it('is joined again where somebody wrote over ours before the record', async () => {
    const { distribution, events } = await shippedWith((step) => step === 'VERIFY', foreign);
    expect(await statementNames()).toEqual([foreign.Sid, addressesSid(distribution?.packageKey ?? '')]);
    expect(notes(events)).toContain('is put back');
  });

  it.each([
    ['that is not understood', '{"Statement":"x"}', 'left as it is'],
    ['that has no room', JSON.stringify({ Statement: [{ ...foreign, Sid: 'x'.repeat(20_000) }] }), '20480'],
  ])('%s stops the run before there is a link', async (_, text, message) => {
    const before = await bench.bucketState();
    bench.fault(({ operation }) =>
      operation === 'GetBucketPolicy' ? { kind: 'answer', status: 200, body: text } : undefined,
    );
    const { error } = await shipped(bench.distributions, only(us));
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining(message) });
    expect(bench.calls()).not.toContain('PutBucketPolicy');
    expect(await bench.bucketState()).toEqual(before);
  });
});

/** A run during which somebody sets the policy when the address was tried in `step`. */
async function shippedWith(when: (step: string) => boolean, statement: unknown) {
  let step = '';
  let put = false;
  bench.fault(({ operation }) => {
    if (operation !== 'HeadObject' && operation !== 'GetObject') return undefined;
    if (!when(step) || put) return undefined;
    put = true;
    return { kind: 'delay', until: putPolicy(statement) };
  });
  return shipped(bench.distributions, only(us), {
    onEvent: (event) => {
      if (event.kind === 'step') step = event.step;
    },
  });
}

describe('without the right to change the policy', () => {
  const denied = (refused: string) =>
    bench.fault(({ operation }) =>
      operation === refused ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
    );

  it('to read it, nothing is even uploaded', async () => {
    const before = await bench.bucketState();
    denied('GetBucketPolicy');
    const { error, events } = await shipped(bench.distributions, only(us));
    expect(error).toMatchObject({
      kind: 'permission',
      message: expect.stringMatching(/s3:GetBucketPolicy.*cannot be restricted to addresses: none is made/),
    });
    expect(bench.calls()).not.toContain('PutObject');
    expect(events.some((event) => event.kind === 'step' && event.step === 'PACK')).toBe(false);
    expect(await bench.bucketState()).toEqual(before);
  });

  it('to write it, there is no link, and everything is taken back', async () => {
    await putPolicy(foreign);
    const before = await bench.bucketState();
    denied('PutBucketPolicy');
    const { error, events } = await shipped(bench.distributions, only(us));
    expect(error).toMatchObject({
      kind: 'permission',
      message: expect.stringMatching(/s3:PutBucketPolicy.*none is made/),
    });
    expect(events.some((event) => event.kind === 'step' && event.step === 'VERIFY')).toBe(false);
    bench.fault(() => undefined);
    expect(await bench.bucketState()).toEqual(before);
    expect(await statements()).toEqual(foreign);
    expect(await bench.tempFolders()).toEqual([]);
  });

  it('where nobody agrees there is none either', async () => {
    const before = await bench.bucketState();
    const no = await shipped(bench.distributions, only(us, { ask: async () => false }));
    expect(no.error).toMatchObject({ kind: 'failed', message: expect.stringContaining('as answered') });
    expect(await policy()).toBeUndefined();
    expect(await bench.bucketState()).toEqual(before);
  });

  it('refuses addresses that are none before anything else', async () => {
    bench.fault(() => undefined);
    const { error } = await shipped(bench.distributions, only('10.0.0.5/8'));
    expect(error).toMatchObject({ kind: 'usage' });
    expect(bench.calls()).not.toContain('PutObject');
  });
});

describe('a run that does not come to its end', () => {
  it('takes its statement back when it fails after it', async () => {
    await putPolicy([foreign]);
    const before = { policy: await policy(), bucket: await bench.bucketState() };
    bench.fault(({ operation }) =>
      operation === 'PutParameter' ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
    );
    const { error } = await shipped(bench.distributions, only(us));
    expect(error).toMatchObject({ kind: 'permission' });
    bench.fault(() => undefined);
    expect({ policy: await policy(), bucket: await bench.bucketState() }).toEqual(before);
  });

  it('takes its statement back when it is cancelled, at whichever event', async () => {
    await putPolicy([foreign]);
    const { events } = await ship(bench.distributions, only(us));
    const from = events.findIndex((event) => event.kind === 'step' && event.step === 'LINK');
    expect(from).toBeGreaterThan(0);
    for (let nth = from; nth <= events.length; nth += 2) {
      const before = { policy: await policy(), bucket: await bench.bucketState() };
      const latest = await bench.distributions.latest(signal);
      const cancel = new AbortController();
      let count = 0;
      await shipped(bench.distributions, only(us), {
        signal: cancel.signal,
        onEvent: () => {
          count += 1;
          if (count === nth) cancel.abort();
        },
      });
      const now = { policy: await policy(), bucket: await bench.bucketState() };
      const isNew = (await bench.distributions.latest(signal))?.url !== latest?.url;
      if (isNew) expect(now.bucket.versions).toHaveLength(before.bucket.versions.length + 1);
      else expect(now).toEqual(before);
      bench.clock.advance(60_000);
    }
  });

  it('notes its statement on disk before it goes out', async () => {
    const seen: Promise<string>[] = [];
    bench.fault(({ operation }) => {
      if (operation !== 'PutBucketPolicy') return undefined;
      seen.push(
        bench
          .tempFolders()
          .then(([folder]) => readFile(join(bench.tempDir, `${folder}/upload.json`), 'utf8')),
      );
      return { kind: 'delay', until: Promise.all(seen) };
    });
    const { distribution } = await ship(bench.distributions, only(us));
    expect(await seen[0]).toContain(addressesSid(distribution.packageKey));
  });

  it('was killed as it tidied up: the next takes its statement out, and nobody else’s', async () => {
    const key = 'packages/20261101-000000/claude-code-package-20261101-000000.zip';
    const left = restriction({
      partition: 'aws',
      bucket: bench.bucket,
      key,
      allowed: [us],
      until: bench.clock.now() + 3_600_000,
    });
    await putPolicy([foreign, left]);
    await bench.put({ Key: key, Body: 'x', Metadata: { 'ccwb-tui-run': 'dead-run' } });
    const path = join(bench.tempDir, 'ccwb-tui-ship-4000001-abcdef');
    await mkdir(path);
    const journal: RunJournal = {
      state: 'unwanted',
      step: 'LINK',
      region,
      bucket: bench.bucket,
      parameterName: bench.deployment.parameterName,
      key,
      runId: 'dead-run',
      createdAt: bench.clock.now(),
      zip: { name: 'f1', size: 1, sha256: '0'.repeat(64), partBytes: 1, parts: [] },
      files: [],
      builds: [],
      options: { expiresHours: 48 },
      before: 0,
      policySid: addressesSid(key),
    };
    await writeFile(join(path, journalName), JSON.stringify(journal));
    const alive = (pid: number) => pid === process.pid;
    await ship(bench.withDeps({ processes: { pid: process.pid, alive } }));
    expect(await statements()).toEqual([foreign]);
    expect(await bench.tempFolders()).toEqual([]);
  });
});
