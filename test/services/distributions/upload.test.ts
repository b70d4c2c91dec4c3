import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checksumsKey, packageKey, packageStamp } from '../../../src/domain/package-layout.ts';
import type { DistributionsService } from '../../../src/domain/ports/distributions.ts';
import { partBytes, partSize } from '../../../src/services/distributions/upload/package-object.ts';
import {
  goodArtifact,
  leaving,
  notes,
  region,
  type ShipBench,
  shipped,
  startShipBench,
} from './ship-bench.ts';

let bench: ShipBench;
let folder: string;
/** Ships two parts' worth. */
let large: DistributionsService;
const signal = new AbortController().signal;
const empty = { versions: [], checksums: [], uploads: [], deleteMarkers: 0 };

beforeAll(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
  folder = await mkdtemp(join(tmpdir(), 'ccwb-large-'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/noise.bin'), randomBytes(partBytes + 1000));
  const profile = { ...bench.deployment.profile, extraFiles: ['data'] };
  large = bench.withDeps({ deployment: { ...bench.deployment, profile } });
});

afterAll(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  bench.fault(() => undefined);
  bench.clock.advance(60_000);
});

const shipLarge = (watch: Parameters<typeof shipped>[2] = {}) =>
  shipped(large, { packagePath: folder }, watch);

/** What the run added to the bucket. */
async function added(work: () => Promise<unknown>) {
  const before = await bench.bucketState();
  await work();
  const after = await bench.bucketState();
  const since = (what: 'versions' | 'checksums') => after[what].filter((one) => !before[what].includes(one));
  return { ...after, versions: since('versions'), checksums: since('checksums') };
}

describe('a large package', () => {
  it('goes up in parts and is there as it was packed', async () => {
    const { distribution, error, events } = await shipLarge();
    expect(error).toBeUndefined();
    expect(bench.calls().filter((call) => call === 'UploadPart')).toHaveLength(2);
    const head = await (await bench.aws.s3(region)).send(
      new HeadObjectCommand({ Bucket: bench.bucket, Key: distribution?.packageKey, ChecksumMode: 'ENABLED' }),
    );
    expect(head.ContentLength).toBe(distribution?.size);
    expect(head.ChecksumSHA256).toMatch(/-2$/);
    expect(head.Metadata?.checksum).toBe(distribution?.checksum);
    const bytes = Buffer.from(await (await fetch(distribution?.url ?? '')).arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(distribution?.checksum);
    const progress = events.flatMap((event) =>
      event.kind === 'progress' && event.step === 'UPLOAD' ? [event.done] : [],
    );
    // In bytes, not in parts.
    expect(progress.find((done) => done > 0)).toBeLessThan(partBytes);
    expect(progress.at(-1)).toBe(distribution?.size);
  });

  it('is taken back whole where it is cancelled on its way', async () => {
    const cancel = new AbortController();
    const left = await added(() =>
      shipLarge({
        signal: cancel.signal,
        onEvent: (event) => {
          if (event.kind === 'progress' && event.step === 'UPLOAD' && event.done > partBytes / 2)
            cancel.abort();
        },
      }),
    );
    expect(left).toEqual(empty);
    expect(bench.calls()).toContain('AbortMultipartUpload');
    expect(bench.calls()).not.toContain('CompleteMultipartUpload');
  });

  it.each(['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])(
    'is taken back whole where %s is refused',
    async (operation) => {
      bench.fault((call) =>
        call.operation === operation ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
      );
      let error: unknown;
      const left = await added(async () => {
        ({ error } = await shipLarge());
      });
      expect(error).toMatchObject({ kind: 'permission' });
      expect(left).toEqual(empty);
    },
  );

  it.each(['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'])(
    'is there once where the answer to %s was lost',
    async (operation) => {
      let lost = false;
      bench.fault((call) => {
        if (call.operation !== operation || lost) return undefined;
        lost = true;
        return { kind: 'drop', when: 'after' };
      });
      let error: unknown;
      const left = await added(async () => {
        ({ error } = await shipLarge());
      });
      expect(error).toBeUndefined();
      expect(left).toMatchObject({ uploads: [], deleteMarkers: 0 });
      expect(left.versions).toHaveLength(1);
    },
  );

  it('is sent again where S3 reports an error inside a good answer', async () => {
    let failed = false;
    bench.fault(({ operation }) => {
      if (operation !== 'CompleteMultipartUpload' || failed) return undefined;
      failed = true;
      const body = '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>again</Message></Error>';
      return { kind: 'answer', status: 200, body, headers: { 'content-type': 'application/xml' } };
    });
    const { error } = await shipLarge();
    expect(error).toBeUndefined();
    expect(failed).toBe(true);
  });
});

describe('the answer to the end of an upload', () => {
  /** A real answer to another client's upload, as S3 sends it when it takes its time: white space first. */
  it('may begin with the white space that keeps a connection open', async () => {
    let asked = 0;
    bench.fault(({ operation }) => {
      if (operation !== 'CompleteMultipartUpload') return undefined;
      asked += 1;
      // The error that comes behind it is recognised too, and the upload finished by another try.
      const body =
        '\n \n<?xml version="1.0"?>\n<Error><Code>InternalError</Code><Message>x</Message></Error>';
      return asked === 1 ? { kind: 'answer', status: 200, body } : undefined;
    });
    const { error, distribution } = await shipLarge();
    expect(error).toBeUndefined();
    expect(asked).toBe(2);
    expect((await fetch(distribution?.url ?? '')).status).toBe(200);
  });

  it('is read behind white space, too', async () => {
    let answered = false;
    bench.fault(({ operation }) => {
      if (operation !== 'CompleteMultipartUpload') return undefined;
      answered = true;
      const result = '<CompleteMultipartUploadResult><ETag>"x-2"</ETag></CompleteMultipartUploadResult>';
      return { kind: 'answer', status: 200, body: `  \n<?xml version="1.0"?>\n${result}` };
    });
    const { error } = await shipLarge();
    expect(answered).toBe(true);
    // Taken for a success; that nothing lies there is found by looking.
    expect(error).toMatchObject({ kind: 'not-found' });
    bench.fault(() => undefined);
    expect((await bench.bucketState()).uploads).toEqual([]);
  });
});

describe('beside a package', () => {
  it('lies its checksum, as sha256sum reads it', async () => {
    const { distribution } = await shipped(bench.distributions);
    const key = checksumsKey(distribution?.packageKey ?? '');
    const answer = await (await bench.aws.s3(region)).send(
      new GetObjectCommand({ Bucket: bench.bucket, Key: key }),
    );
    expect(answer.ContentType).toContain('text/plain');
    expect(await answer.Body?.transformToString()).toBe(
      `${distribution?.checksum}  ${distribution?.filename}\n`,
    );
    const listed = await bench.distributions.list(signal);
    expect(listed.some((entry) => entry.key === key)).toBe(false);
  });
});

describe('a package that fits one request', () => {
  it('is there once where the answer was lost', async () => {
    let lost = false;
    bench.fault(({ operation }) => {
      if (operation !== 'PutObject' || lost) return undefined;
      lost = true;
      return { kind: 'drop', when: 'after' };
    });
    let error: unknown;
    const left = await added(async () => {
      ({ error } = await shipped(bench.distributions));
    });
    expect(error).toBeUndefined();
    expect(left.versions).toHaveLength(1);
  });

  it('takes the next name where another administrator has the same second', async () => {
    const taken = packageKey(packageStamp(bench.clock.now()));
    await bench.put({ Key: taken, Body: 'theirs', Metadata: { 'ccwb-tui-run': 'their-run' } });
    const { distribution, events, error } = await shipped(bench.distributions);
    expect(error).toBeUndefined();
    expect(distribution?.packageKey).toBe(packageKey(packageStamp(bench.clock.now() + 1000)));
    expect(notes(events)).toContain('same second');
    const state = await bench.bucketState();
    expect(state.versions.filter((version) => version.startsWith(taken))).toHaveLength(1);
  });

  it('is refused where something else lies there afterwards', async () => {
    const before = await bench.distributions.latest(signal);
    let looked = false;
    bench.fault(({ operation }) => {
      if (operation !== 'HeadObject' || looked) return undefined;
      looked = true;
      return { kind: 'answer', status: 200, body: '', headers: { 'x-amz-meta-ccwb-tui-run': 'another' } };
    });
    let error: unknown;
    const left = await added(async () => {
      ({ error } = await shipped(bench.distributions));
    });
    expect(error).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('not what was uploaded'),
    });
    expect(left).toEqual(empty);
    expect(await bench.distributions.latest(signal)).toEqual(before);
  });
});

describe('parts', () => {
  it('are never more than S3 takes', () => {
    expect(partSize(10)).toBe(partBytes);
    for (const total of [1, partBytes * 10_000, partBytes * 10_000 + 1, 5 * 1024 ** 4]) {
      expect(Math.ceil(total / partSize(total))).toBeLessThanOrEqual(10_000);
      expect(partSize(total)).toBeGreaterThanOrEqual(5 * 1024 ** 2);
    }
  });
});
