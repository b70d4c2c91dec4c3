import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { latestBuildPath, naiveLocalTime, recordLatestBuild } from '../../src/services/latest-build.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ccwb-latest-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const build = {
  id: 'p-windows-build:uuid-1',
  project: 'p-windows-build',
  target: 'windows',
  bucket: 'bucket',
  startedAt: new Date(2026, 10, 20, 9, 5, 3, 7).getTime(),
} as const;

const read = async () => JSON.parse(await readFile(latestBuildPath(home), 'utf8'));

describe('the note of the last build', () => {
  it('is what ccwb writes: local time without a zone, and all builds by platform', async () => {
    await recordLatestBuild(home, build);
    expect(await read()).toEqual({
      build_id: 'p-windows-build:uuid-1',
      started_at: '2026-11-20T09:05:03.007000',
      project: 'p-windows-build',
      bucket: 'bucket',
      all_builds: { windows: 'p-windows-build:uuid-1' },
    });
    await recordLatestBuild(home, { ...build, id: 'p-linux-x64-build:uuid-2', target: 'linux-x64' });
    expect((await read()).all_builds).toEqual({
      windows: 'p-windows-build:uuid-1',
      'linux-x64': 'p-linux-x64-build:uuid-2',
    });
    expect(await readdir(dirname(latestBuildPath(home)))).toEqual(['latest-build.json']);
  });

  it.each(['{"half": ', '[]', '"text"'])('replaces one that is broken: %s', async (text) => {
    await mkdir(dirname(latestBuildPath(home)), { recursive: true });
    await writeFile(latestBuildPath(home), text);
    await recordLatestBuild(home, build);
    expect((await read()).build_id).toBe(build.id);
  });

  it('keeps keys it does not know', async () => {
    await mkdir(dirname(latestBuildPath(home)), { recursive: true });
    await writeFile(latestBuildPath(home), '{"other": [1], "all_builds": {"linux-arm64": "x"}}');
    await recordLatestBuild(home, { ...build, target: 'unknown' });
    expect(await read()).toMatchObject({ other: [1], all_builds: { 'linux-arm64': 'x' } });
  });

  it('reads back as the same moment in the same zone', () => {
    const now = new Date(2026, 0, 1, 0, 0, 0, 0).getTime();
    expect(new Date(naiveLocalTime(now)).getTime()).toBe(now);
  });
});
