import { DeleteBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Distribution, PackageEntry } from '../../../src/domain/distribution.ts';
import { removalText } from '../../../src/domain/links.ts';
import type { FaultCall } from '../../../src/sandbox/faults.ts';
import { goodArtifact, leaving, region, type ShipBench, ship, startShipBench } from './ship-bench.ts';

let bench: ShipBench;
const signal = new AbortController().signal;
const say = () => {};

beforeEach(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});
afterEach(() => bench.close());

async function made(): Promise<Distribution> {
  bench.clock.advance(60_000);
  return (await ship(bench.distributions)).distribution;
}

const revoke = (key: string, cancel = signal) => bench.distributions.links.revoke(key, {}, say, cancel);

async function listed(key: string, service = bench.distributions): Promise<PackageEntry | undefined> {
  return (await service.list(signal)).find((it) => it.key === key);
}

/** Every call of these operations is refused from now on. */
function deny(...operations: string[]): void {
  bench.fault(({ operation }: FaultCall) =>
    operations.includes(operation) ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
  );
}

/** Cancels as the first call of an operation comes after the first deletion: as near as can be to being killed there. */
async function cutShort(key: string, operation: string): Promise<void> {
  const cancel = new AbortController();
  bench.fault((call) => {
    if (call.operation === operation && bench.calls().includes('DeleteObject')) cancel.abort();
    return undefined;
  });
  await expect(revoke(key, cancel.signal)).rejects.toMatchObject({ name: 'AbortError' });
  bench.fault(() => undefined);
}

const changing = /^(Put|Delete|Create|Complete|Abort)/;

describe('revoking a second time', () => {
  it('says since when it is revoked, proves it anew, and changes nothing', async () => {
    const { packageKey, filename } = await made();
    const first = await revoke(packageKey);
    expect(first).toMatchObject({ how: 'deleted', versions: 1 });
    expect(first.already).toBeUndefined();
    const before = await listed(packageKey);
    bench.clock.advance(3_600_000);
    bench.fault(() => undefined);
    const second = await revoke(packageKey);
    expect(second).toMatchObject({
      already: { at: before?.revokedAt },
      versions: 0,
      answers: [{ status: 404 }],
      record: { kind: 'untouched' },
      remarks: [],
    });
    expect(bench.calls().filter((operation) => changing.test(operation))).toEqual([]);
    expect(await listed(packageKey)).toEqual(before);
    const [said, links] = removalText(second, filename, 'Europe/Berlin');
    expect(said).toMatch(/was revoked already, 20 Nov \d\d:\d\d \(2026-11-20 \d\d:\d\d UTC\)\.$/);
    expect(links).toBe('Its link answers 404: dead.');
  });

  it('leaves a package whose links are denied where it is, and says so', async () => {
    const { packageKey, url } = await made();
    deny('DeleteObject');
    await revoke(packageKey);
    bench.fault(() => undefined);
    expect(await revoke(packageKey)).toMatchObject({
      how: 'denied',
      already: { at: expect.any(Number) },
      answers: [{ status: 403 }],
      remarks: [expect.stringContaining('in the bucket still')],
    });
    expect(bench.calls().filter((operation) => changing.test(operation))).toEqual([]);
    expect((await fetch(url)).status).toBe(403);
  });

  it('corrects a record that could not be corrected the first time', async () => {
    const { packageKey } = await made();
    deny('DeleteParameter');
    expect(await revoke(packageKey)).toMatchObject({ record: { kind: 'wrong' } });
    bench.fault(() => undefined);
    expect(await revoke(packageKey)).toMatchObject({ already: {}, record: { kind: 'deleted' } });
    expect(await bench.distributions.latest(signal)).toBeUndefined();
  });

  it('revokes anew where somebody took the denial out of the policy', async () => {
    const { packageKey, url } = await made();
    deny('DeleteObject');
    await revoke(packageKey);
    bench.fault(() => undefined);
    await (await bench.aws.s3(region)).send(new DeleteBucketPolicyCommand({ Bucket: bench.bucket }));
    expect((await fetch(url)).status).toBe(200);
    expect((await listed(packageKey))?.state).toBe('valid');
    const again = await revoke(packageKey);
    expect(again).toMatchObject({ how: 'deleted', versions: 1 });
    expect(again.already).toBeUndefined();
    expect((await fetch(url)).status).toBe(404);
  });

  it('finds out that a link works though the policy cannot be read, and revokes anew', async () => {
    const { packageKey, url } = await made();
    deny('DeleteObject');
    await revoke(packageKey);
    bench.fault(() => undefined);
    await (await bench.aws.s3(region)).send(new DeleteBucketPolicyCommand({ Bucket: bench.bucket }));
    deny('GetBucketPolicy');
    const again = await bench.withDeps({}).links.revoke(packageKey, {}, say, signal);
    expect(again).toMatchObject({ how: 'deleted', versions: 1 });
    expect((await fetch(url)).status).toBe(404);
  });
});

describe('a revocation that is cut short', () => {
  it('before anything was deleted leaves the package valid, and its intent known', async () => {
    const { packageKey, url } = await made();
    bench.fault(({ operation }) =>
      operation === 'DeleteObject' ? { kind: 'drop', when: 'before' } : undefined,
    );
    await expect(revoke(packageKey)).rejects.toMatchObject({ kind: 'network' });
    bench.fault(() => undefined);
    expect(await listed(packageKey)).toMatchObject({ state: 'valid', revokingSince: expect.any(Number) });
    expect((await fetch(url)).status).toBe(200);
  });

  it.each(['GetParameter', 'GetObject'])(
    'after the deletion, at %s, leaves it revoked',
    async (operation) => {
      const { packageKey } = await made();
      await cutShort(packageKey, operation);
      expect(await listed(packageKey)).toMatchObject({ state: 'revoked', isGone: true });
      const again = await revoke(packageKey);
      expect(again).toMatchObject({ versions: 0, answers: [{ status: 404 }] });
      const { revokedAt, revokingSince } = (await listed(packageKey)) ?? {};
      expect(revokedAt).toBeDefined();
      expect(revokingSince).toBeUndefined();
    },
  );

  it('between two versions of the same bytes is not called revoked: a link to the other may live', async () => {
    const { packageKey, url, checksum } = await made();
    const body = new Uint8Array(await (await fetch(url)).arrayBuffer());
    await bench.put({ Key: packageKey, Body: body, Metadata: { checksum } });
    let deletions = 0;
    bench.fault(({ operation }) => {
      if (operation === 'DeleteObject') deletions += 1;
      return deletions > 1 ? { kind: 'drop', when: 'before' } : undefined;
    });
    await expect(revoke(packageKey)).rejects.toMatchObject({ kind: 'network' });
    bench.fault(() => undefined);
    const left = (await bench.bucketState()).versions;
    expect(left).toHaveLength(1);
    const entry = await listed(packageKey);
    expect(entry?.state).not.toBe('revoked');
    expect(entry?.revokingSince).toBeDefined();
    expect(await revoke(packageKey)).toMatchObject({ versions: 1 });
    expect((await bench.bucketState()).versions).toEqual([]);
    expect((await listed(packageKey))?.state).toBe('revoked');
  });

  it('is forgotten where neither deleting nor denying was permitted', async () => {
    const { packageKey } = await made();
    deny('DeleteObject', 'PutBucketPolicy');
    await expect(revoke(packageKey)).rejects.toMatchObject({ kind: 'failed' });
    bench.fault(() => undefined);
    const entry = await listed(packageKey);
    expect(entry?.state).toBe('valid');
    expect(entry?.revokingSince).toBeUndefined();
  });

  it('is over once a new link to the package was made', async () => {
    const { packageKey } = await made();
    bench.fault(({ operation }) =>
      operation === 'DeleteObject' ? { kind: 'drop', when: 'before' } : undefined,
    );
    await expect(revoke(packageKey)).rejects.toMatchObject({ kind: 'network' });
    bench.fault(() => undefined);
    for await (const _event of bench.distributions.links.renew(packageKey, { expiresHours: 3 }, signal));
    expect((await listed(packageKey))?.revokingSince).toBeUndefined();
  });
});

describe('whoever can be asked', () => {
  it('sees the change of the policy in the question, and nowhere else', async () => {
    const { packageKey } = await made();
    deny('DeleteObject');
    const notes: string[] = [];
    const questions: unknown[] = [];
    const ask = async (question: unknown) => {
      questions.push(question);
      return questions.length > 1;
    };
    const tell = (news: { kind: string; text?: string }) => notes.push(news.text ?? '');
    await expect(bench.distributions.links.revoke(packageKey, { ask }, tell, signal)).rejects.toMatchObject({
      message: expect.stringContaining('as answered'),
    });
    expect((await listed(packageKey))?.revokingSince).toBeUndefined();
    await bench.distributions.links.revoke(packageKey, { ask }, tell, signal);
    expect(questions).toHaveLength(2);
    expect(questions[1]).toMatchObject({ kind: 'policy', added: expect.arrayContaining(['Effect: Deny']) });
    expect(notes.filter((text) => /^[+-] /.test(text))).toEqual([]);
  });
});
