import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageKey } from '../../../src/domain/package-layout.ts';
import type { RunJournal } from '../../../src/services/distributions/journal.ts';
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
const day = 24 * 3_600_000;
const deadPid = 4_000_001;
const livingPid = 4_000_002;
const zipText = 'a zip';
const oldKey = packageKey('20261101-000000');

beforeEach(async () => {
  bench = await startShipBench();
  await bench.build(leaving(goodArtifact()));
});

afterEach(() => bench.close());

const sweeper = () =>
  bench.withDeps({
    processes: { pid: process.pid, alive: (pid) => pid === livingPid || pid === process.pid },
  });

async function leaveFolder(pid: number, journal?: Partial<RunJournal>): Promise<string> {
  const name = `ccwb-tui-ship-${pid}-abcdef`;
  const path = join(bench.tempDir, name);
  await mkdir(path);
  await writeFile(join(path, 'f1'), zipText);
  if (journal) {
    const whole: RunJournal = {
      region,
      bucket: bench.bucket,
      parameterName: bench.deployment.parameterName,
      key: oldKey,
      runId: 'dead-run',
      createdAt: Date.UTC(2026, 10, 1),
      state: 'unwanted',
      step: 'UPLOAD',
      zip: { name: 'f1', size: zipText.length, sha256: '0'.repeat(64), partBytes: 8, parts: [] },
      files: [],
      builds: [],
      options: { expiresHours: 48 },
      before: 0,
      ...journal,
    };
    await writeFile(join(path, 'upload.json'), JSON.stringify(whole));
  }
  return name;
}

const leaveObject = (runId: string) =>
  bench.put({ Key: oldKey, Body: 'a package', Metadata: { 'ccwb-tui-run': runId } });

async function leaveUpload(key: string): Promise<void> {
  await (await bench.aws.s3(region)).send(
    new CreateMultipartUploadCommand({ Bucket: bench.bucket, Key: key }),
  );
}

const oldVersions = async () => (await bench.bucketState()).versions.filter((one) => one.startsWith(oldKey));

describe('what a run left that could not take it back', () => {
  it('is removed by the next: its folder, its object, its unfinished upload, and nobody else’s', async () => {
    await leaveFolder(deadPid, {});
    const theirs = await leaveObject('another-run');
    await leaveObject('dead-run');
    await leaveUpload(oldKey);
    const { events } = await ship(sweeper());
    expect(await bench.tempFolders()).toEqual([]);
    expect(await oldVersions()).toEqual([`${oldKey} ${theirs}`]);
    expect((await bench.bucketState()).uploads).toEqual([]);
    expect(notes(events)).toContain(oldKey);
  });

  it('is removed by the next of the same program, too, where it could not clean up itself', async () => {
    const cancel = new AbortController();
    bench.fault(({ operation }) => {
      if (operation === 'HeadObject') cancel.abort();
      return cancel.signal.aborted ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined;
    });
    const { events } = await shipped(bench.distributions, {}, { signal: cancel.signal });
    expect(notes(events)).toContain('may be left behind');
    bench.fault(() => undefined);
    expect((await bench.bucketState()).versions).toHaveLength(1);
    bench.clock.advance(60_000);
    const { distribution } = await ship(bench.distributions);
    expect((await bench.bucketState()).versions).toEqual([
      `${distribution.packageKey} ${distribution.versionId}`,
    ]);
    expect(await bench.tempFolders()).toEqual([]);
  });

  it.each(['uploading', 'recording'] as const)('stays while it was %s: its user is asked', async (state) => {
    const name = await leaveFolder(deadPid, { state });
    await leaveObject('dead-run');
    await leaveUpload(oldKey);
    bench.clock.advance(day + 60_000);
    await ship(sweeper());
    expect(await bench.tempFolders()).toEqual([name]);
    expect(await oldVersions()).toHaveLength(1);
    expect((await bench.bucketState()).uploads).toEqual([oldKey]);
  });

  it('stays, with its folder, where it cannot be taken back', async () => {
    const name = await leaveFolder(deadPid, {});
    await leaveObject('dead-run');
    bench.fault(({ operation }) =>
      operation === 'ListMultipartUploads' ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
    );
    await ship(sweeper());
    bench.fault(() => undefined);
    expect(await bench.tempFolders()).toEqual([name]);
    expect(await oldVersions()).toHaveLength(1);
  });

  it.each([{ bucket: 'another-bucket' }, { parameterName: '/another' }])(
    'of another account or profile is left for a run of that: %j',
    async (other) => {
      const name = await leaveFolder(deadPid, other);
      await leaveObject('dead-run');
      await ship(sweeper());
      expect(await bench.tempFolders()).toEqual([name]);
      expect(await oldVersions()).toHaveLength(1);
    },
  );

  it.each([
    '',
    '{',
    '[]',
    '{"state":"unwanted"}',
    '{"region":1,"bucket":2,"key":3,"runId":4,"state":"unwanted"}',
  ])('with the journal %j is a folder and no more', async (text) => {
    const name = await leaveFolder(deadPid);
    await writeFile(join(bench.tempDir, name, 'upload.json'), text);
    await ship(sweeper());
    expect(await bench.tempFolders()).toEqual([]);
  });
});

describe('what is left alone', () => {
  it('is the folder of a living run and whatever is not ours', async () => {
    const living = await leaveFolder(livingPid, {});
    await writeFile(join(bench.tempDir, `ccwb-tui-ship-${deadPid}-file`), 'no folder');
    await mkdir(join(bench.tempDir, 'ccwb-tui-ship-x'));
    await ship(sweeper());
    expect((await bench.tempFolders()).sort()).toEqual(
      [living, `ccwb-tui-ship-${deadPid}-file`, 'ccwb-tui-ship-x'].sort(),
    );
  });
});

describe('unfinished uploads of packages', () => {
  it('are ended when they are older than a day', async () => {
    await leaveUpload(oldKey);
    await leaveUpload('packages/other/thing.zip');
    bench.clock.advance(day + 60_000);
    await leaveUpload(packageKey('20261102-000000'));
    const { events } = await ship(sweeper());
    expect((await bench.bucketState()).uploads.sort()).toEqual(
      [packageKey('20261102-000000'), 'packages/other/thing.zip'].sort(),
    );
    expect(notes(events)).toContain('1 unfinished');
  });

  it('are found behind the first page of their list, too', async () => {
    await leaveUpload(oldKey);
    bench.clock.advance(day + 60_000);
    let pages = 0;
    bench.fault(({ operation }) => {
      if (operation !== 'ListMultipartUploads') return undefined;
      pages += 1;
      const next = '<NextKeyMarker>packages/</NextKeyMarker><NextUploadIdMarker>0</NextUploadIdMarker>';
      const body = `<ListMultipartUploadsResult><IsTruncated>true</IsTruncated>${next}</ListMultipartUploadsResult>`;
      return pages === 1 ? { kind: 'answer', status: 200, body } : undefined;
    });
    await ship(sweeper());
    expect(pages).toBe(2);
    expect((await bench.bucketState()).uploads).toEqual([]);
  });

  it('are no reason not to ship where they may not be listed', async () => {
    bench.fault(({ operation }) =>
      operation === 'ListMultipartUploads' ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
    );
    const { distribution } = await ship(sweeper());
    expect((await bench.distributions.latest(signal))?.url).toBe(distribution.url);
  });
});
