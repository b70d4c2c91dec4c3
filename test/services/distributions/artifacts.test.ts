import { createHash } from 'node:crypto';
import { GetObjectCommand, type GetObjectCommandOutput, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Build } from '../../../src/domain/build.ts';
import type { DistributionQuestion } from '../../../src/domain/distribution.ts';
import type { AppError } from '../../../src/domain/errors.ts';
import { pe } from '../../support/programs.ts';
import type { BuildScript } from '../../support/scripted-build.ts';
import { packedZeros, zipOf } from './hostile-zip.ts';
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

beforeEach(async () => {
  bench = await startShipBench();
});

afterEach(() => bench.close());

const artifactKey = 'linux-x64-binaries.zip';

const failing: BuildScript = { ...leaving({}), status: 'FAILED' };

const endless: BuildScript = {
  status: 'SUCCEEDED',
  *steps() {
    yield { begin: 'BUILD' };
    yield { after: 1e9, print: ['still at it'] };
  },
};

async function shippedBuild(options: { buildIds?: string[] } = {}): Promise<string[]> {
  return (await ship(bench.distributions, options)).distribution.builds;
}

async function versionsOfArtifact(): Promise<string[]> {
  const of = { Bucket: bench.bucket, Prefix: artifactKey };
  const page = await (await bench.aws.s3(region)).send(new ListObjectVersionsCommand(of));
  return (page.Versions ?? []).map(({ VersionId }) => VersionId ?? '');
}

/** A build for Windows that ended when the other did, its artifact at the key of its target. */
async function windowsBuild(other: Build): Promise<Build> {
  const names = ['credential-process-windows.exe', 'otel-helper-windows.exe'];
  const bytes = zipOf(names.map((name) => ({ name, bytes: pe() })));
  await putAtItsTime(bytes, 'windows-binaries.zip');
  const location = `arn:aws:s3:::${bench.bucket}/windows-binaries.zip`;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...other, id: 'windows:1', project: 'windows', target: 'windows', artifact: { location, sha256 } };
}

describe('which build is shipped', () => {
  it('is the newest that succeeded: neither a running nor a failed one hides it', async () => {
    await bench.build(leaving(goodArtifact('old')));
    const good = await bench.build(leaving(goodArtifact('good')));
    await bench.build(failing);
    await bench.begin(endless);
    const { distribution, events } = await ship(bench.distributions);
    expect(distribution.builds).toEqual([good.id]);
    expect(notes(events)).toContain('passing over 2 newer');
  });

  it('is the one asked for, by the version it wrote, though a later one wrote to the same key', async () => {
    const old = await bench.build(leaving(goodArtifact('old')));
    const newer = await bench.build(leaving(goodArtifact('newer')));
    expect(await shippedBuild({ buildIds: [old.id] })).toEqual([old.id]);
    expect(await shippedBuild()).toEqual([newer.id]);
    const [first, second] = [
      await ship(bench.distributions, { buildIds: [old.id] }),
      await ship(bench.distributions, { buildIds: [newer.id] }),
    ];
    expect(first.distribution.checksum).not.toBe(second.distribution.checksum);
  });

  it('is not what somebody put at the key after the build', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    await bench.put({ Key: artifactKey, Body: 'something else' });
    expect(await shippedBuild()).toEqual([build.id]);
  });

  it('cannot be one that failed or runs; the newest good one is named', async () => {
    const good = await bench.build(leaving(goodArtifact()));
    const failed = await bench.build(failing);
    const running = await bench.begin(endless);
    for (const { id } of [failed, running]) {
      const { error } = await shipped(bench.distributions, { buildIds: [id] });
      expect(error).toMatchObject({ kind: 'conflict', message: expect.stringContaining(id) });
      expect((error as AppError).hint).toContain(good.id);
    }
  });

  it('are several where several are named, one of each target', async () => {
    const linux = await bench.build(leaving(goodArtifact()));
    const newer = await bench.build(leaving(goodArtifact('newer')));
    const windows = await windowsBuild(newer);
    const all = [linux, newer, windows];
    const service = bench.withDeps({
      builds: {
        list: async () => ({ builds: all }),
        get: async (id) => all.find((build) => build.id === id) ?? newer,
      },
    });
    const { distribution } = await ship(service, { buildIds: [linux.id, windows.id, linux.id] });
    expect(distribution.builds).toEqual([linux.id, windows.id]);
    const origins = new Map(distribution.files.map(({ path, origin }) => [path, origin]));
    expect(origins.get('credential-process-linux-x64')).toBe(`build ${linux.id}`);
    expect(origins.get('credential-process-windows.exe')).toBe(`build ${windows.id}`);
    const { error } = await shipped(service, { buildIds: [linux.id, windows.id, newer.id] });
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining('both for linux-x64') });
    for (const { id } of [linux, newer]) expect((error as AppError).message).toContain(id);
  });

  it('is none where nothing succeeded yet', async () => {
    await bench.build(failing);
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({ kind: 'not-found', hint: expect.stringContaining('Build first') });
  });
});

/** Puts something where the last build put its artifact, or elsewhere, and when. */
async function putAtItsTime(bytes: Buffer, key = artifactKey): Promise<void> {
  bench.clock.advance(-600_000);
  await bench.put({ Key: key, Body: bytes });
  bench.clock.advance(600_000);
}

/** The service where CodeBuild tells this of the artifact of a build, and nothing else. */
function telling(build: Build, artifact: Build['artifact']) {
  const { artifact: _, ...rest } = build;
  const told: Build = { ...rest, ...(artifact ? { artifact } : {}) };
  return bench.withDeps({
    builds: { list: async () => ({ builds: [told] }), get: async () => told },
  });
}

async function artifactBytes(): Promise<Buffer> {
  const answer: GetObjectCommandOutput = await (await bench.aws.s3(region)).send(
    new GetObjectCommand({ Bucket: bench.bucket, Key: artifactKey }),
  );
  return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
}

describe('where the project puts its artifacts', () => {
  it.each(['releases/linux-x64-binaries.zip', 'releases/0badcafe-1111-4222-8333-444455556666/linux.zip'])(
    'may be %s, with a path or the build in it',
    async (key) => {
      const build = await bench.build(leaving(goodArtifact()));
      await putAtItsTime(await artifactBytes(), key);
      const location = `arn:aws:s3:::${bench.bucket}/${key}`;
      const { distribution } = await ship(telling(build, { ...build.artifact, location }));
      expect(distribution.builds).toEqual([build.id]);
    },
  );

  it.each(['binaries', 'binaries/', 'releases/0badcafe/binaries'])(
    'may be no folder of unpacked files, as %s: the packaging that has to be set is named',
    async (folder) => {
      const build = await bench.build(leaving(goodArtifact()));
      const name = 'credential-process-linux-x64';
      await putAtItsTime(Buffer.from('#!/bin/sh\n'), `${folder.replace(/\/$/, '')}/${name}`);
      const location = `arn:aws:s3:::${bench.bucket}/${folder}`;
      const { error } = await shipped(telling(build, { location }));
      expect(error).toMatchObject({ kind: 'not-found', message: expect.stringContaining(build.id) });
      expect((error as AppError).message).toContain(
        `a folder of files, s3://${bench.bucket}/${folder.replace(/\/$/, '')}/`,
      );
      expect((error as AppError).hint).toMatch(/packaging .*claude-code-auth-linux-x64-build to ZIP/);
    },
  );

  it.each(['', '/', '//'])('may not be the bucket itself (%j)', async (end) => {
    const build = await bench.build(leaving(goodArtifact()));
    const { error } = await shipped(telling(build, { location: `arn:aws:s3:::${bench.bucket}${end}` }));
    expect(error).toMatchObject({ kind: 'not-found', hint: expect.stringContaining('ZIP') });
  });
});

describe('a build that reports no sha256 of its artifact', () => {
  it('is told by version and times, and that only these were checked is said', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    await bench.put({ Key: artifactKey, Body: 'of another time' });
    const { distribution, events } = await ship(telling(build, { location: build.artifact?.location ?? '' }));
    expect(distribution.builds).toEqual([build.id]);
    expect(notes(events)).toContain(
      `Build ${build.id} reports no sha256: only version and times of its artifact were checked, not its bytes.`,
    );
  });

  it('is not told of two versions of its time, nor of none', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    await putAtItsTime(Buffer.from('another'));
    const { error } = await shipped(telling(build, { location: build.artifact?.location ?? '' }));
    expect(error).toMatchObject({ kind: 'invalid', hint: expect.stringContaining('ZIP') });
    expect((error as AppError).message).toContain('2 versions are from its time');
    const location = `arn:aws:s3:::${bench.bucket}/nowhere.zip`;
    const { error: none } = await shipped(telling(build, { location }));
    expect(none).toMatchObject({ kind: 'not-found', message: expect.stringContaining('no version is') });
  });
});

const tenGib = 10 * 1024 ** 3;

describe('an artifact that the build itself made hostile', () => {
  it.each<[string, () => Buffer, RegExp]>([
    ['leads out of its folder', () => zipOf([{ name: '../../.bashrc' }]), /\.\.\/\.\.\/\.bashrc/],
    [
      'holds a link',
      () => zipOf([{ name: 'install.sh', mode: 0o120777 }]),
      /install\.sh: a link or a device/,
    ],
    [
      'is ten GiB of zeros',
      () => zipOf([{ name: 'install.sh', packed: packedZeros(10_240), claimedSize: tenGib }]),
      /install\.sh: a zip bomb/,
    ],
    ['is cut short', () => zipOf([{ name: 'install.sh' }]).subarray(0, 40), /no readable zip/],
    ['is no zip', () => Buffer.from('<html>'), /no readable zip/],
  ])('%s: refused by name and reason, and nothing of it stays anywhere', async (_, hostile, reason) => {
    const build = await bench.build(leaving(goodArtifact()));
    const bytes = hostile();
    await putAtItsTime(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const made: Build = {
      ...build,
      artifact: { ...build.artifact, location: build.artifact?.location ?? '', sha256 },
    };
    const evil = bench.withDeps({
      builds: { list: async () => ({ builds: [made] }), get: async () => made },
    });
    const { error } = await shipped(evil, { ask: async () => true });
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringMatching(reason) });
    expect((error as AppError).message).toContain(`Refused the artifact of build ${build.id}`);
    expect(await bench.bucketState()).toEqual({ versions: [], checksums: [], uploads: [], deleteMarkers: 0 });
    expect(await bench.tempFolders()).toEqual([]);
  });
});

describe('an artifact that is not what the build made', () => {
  it('is refused with both checksums, and nothing is put into the bucket', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    const sha256 = 'ab'.repeat(32);
    const lying = bench.withDeps({
      builds: {
        list: async () => ({ builds: [{ ...build, artifact: { ...build.artifact, sha256 } }] }),
        get: async () => build,
      },
    });
    const { error } = await shipped(lying);
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining(build.id) });
    expect((error as AppError).message).toContain(sha256);
    expect((error as AppError).message).toContain(build.artifact?.sha256);
    expect(await bench.bucketState()).toEqual({
      versions: [],
      checksums: [],
      uploads: [],
      deleteMarkers: 0,
    });
  });

  it('is missed where its version is gone', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    const [versionId = ''] = await versionsOfArtifact();
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    await (await bench.aws.s3(region)).send(
      new DeleteObjectCommand({ Bucket: bench.bucket, Key: artifactKey, VersionId: versionId }),
    );
    bench.clock.advance(3_600_000);
    await bench.put({ Key: artifactKey, Body: 'of another time' });
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({ kind: 'not-found', message: expect.stringContaining(build.id) });
  });

  it('is refused where another one was put in its place in the same moment', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    const [versionId = ''] = await versionsOfArtifact();
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    await putAtItsTime(zipOf([{ name: 'credential-process-linux-x64' }]));
    await (await bench.aws.s3(region)).send(
      new DeleteObjectCommand({ Bucket: bench.bucket, Key: artifactKey, VersionId: versionId }),
    );
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`Refused the artifact of build ${build.id}`),
    });
    expect((error as AppError).message).toContain(build.artifact?.sha256);
    expect(await bench.bucketState()).toEqual({ versions: [], checksums: [], uploads: [], deleteMarkers: 0 });
  });

  it('is asked about where those of other targets are there', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    const location = `arn:aws:s3:::${bench.bucket}/windows-binaries.zip`;
    const lost: Build = {
      ...build,
      id: 'windows:1',
      target: 'windows',
      artifact: { ...build.artifact, location },
    };
    const both = bench.withDeps({
      deployment: { ...bench.deployment, projects: ['windows', build.project] },
      builds: {
        list: async ({ projects }) => ({ builds: [projects[0] === 'windows' ? lost : build] }),
        get: async (id) => (id === lost.id ? lost : build),
      },
    });
    const asked: DistributionQuestion[] = [];
    const ask = async (question: DistributionQuestion) => {
      asked.push(question);
      return true;
    };
    const { distribution } = await ship(both, { ask });
    expect(asked).toEqual([
      {
        kind: 'incomplete',
        findings: [expect.stringContaining('The artifact of build windows:1 is no longer in')],
      },
    ]);
    expect(distribution.builds).toEqual([build.id]);
    expect((await shipped(both)).error).toMatchObject({
      kind: 'failed',
      hint: expect.stringContaining('--yes'),
    });
    // Asked for by its id it is what was meant.
    const named = await shipped(both, { ask, buildIds: [lost.id] });
    expect(named.error).toMatchObject({ kind: 'not-found' });
    expect(asked).toHaveLength(1);
  });

  it('is refused where it came damaged', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    const damaged = await artifactBytes();
    damaged.writeUInt8(damaged.readUInt8(40) ^ 1, 40);
    bench.fault(({ operation }) =>
      operation === 'GetObject'
        ? // As text, which damages it some more.
          { kind: 'answer', status: 200, body: damaged.toString('latin1') }
        : undefined,
    );
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining(build.id) });
  });

  it('is refused after three tries where it lacks the checksum of S3 each time, and each is said', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    const before = bench.clock.now();
    const headers = { 'x-amz-checksum-sha256': createHash('sha256').update('other').digest('base64') };
    bench.fault(({ operation }) =>
      operation === 'GetObject' ? { kind: 'answer', status: 200, headers, body: 'x'.repeat(100) } : undefined,
    );
    const { error, events } = await shipped(bench.distributions);
    expect(bench.calls().filter((call) => call === 'GetObject')).toHaveLength(3);
    expect(bench.clock.now() - before).toBeLessThan(10_000);
    expect(error).toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/Refused .* damaged 3 times/),
    });
    expect((error as AppError).message).toContain(build.id);
    expect(notes(events).match(/came damaged.*try [12] of 3/g)).toHaveLength(2);
  });

  it('is shipped where it came damaged once', async () => {
    await bench.build(leaving(goodArtifact()));
    const headers = { 'x-amz-checksum-sha256': createHash('sha256').update('other').digest('base64') };
    bench.fault(({ operation, count }) =>
      operation === 'GetObject' && count === 1
        ? { kind: 'answer', status: 200, headers, body: 'x'.repeat(100) }
        : undefined,
    );
    expect((await shipped(bench.distributions)).error).toBeUndefined();
  });

  it('is told by its checksum where versions may not be listed', async () => {
    const build = await bench.build(leaving(goodArtifact()));
    bench.fault(({ operation }) =>
      operation === 'ListObjectVersions' ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
    );
    const { distribution, events } = await ship(bench.distributions);
    expect(distribution.builds).toEqual([build.id]);
    expect(notes(events)).toContain('s3:ListBucketVersions');
    bench.clock.advance(60_000);
    await bench.put({ Key: artifactKey, Body: 'something else' });
    const { error } = await shipped(bench.distributions);
    expect(error).toMatchObject({ kind: 'invalid' });
  });
});

describe('what a build left besides', () => {
  it('is left out where it does not belong in a package', async () => {
    await bench.build(
      leaving({ ...goodArtifact(), 'build.log': 'x', 'secrets.env': 'x', 'checksums.txt': 'x' }),
    );
    const { distribution, events } = await ship(bench.distributions);
    const paths = distribution.files.map(({ path }) => path);
    expect(paths).not.toContain('build.log');
    expect(paths).not.toContain('secrets.env');
    expect(notes(events)).toContain('build.log');
  });
});
