import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { windowsBuild } from '../../support/build-scripts.ts';
import { callJson } from '../../support/json-call.ts';
import { openCodeBuild, project, start, temporaryDir, type WireBuild } from './harness.ts';

describe('a build that the sandbox fails', () => {
  const fault = { statusCode: 'INTERNAL_ERROR' };

  test('ends as FAULT when the sandbox is stopped, and queued ones with it', async () => {
    const codebuild = await openCodeBuild();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await codebuild.start()).id);
    await codebuild.reaches(ids[0] ?? '', 'BUILD');
    await codebuild.codebuild.close();
    for (const id of ids) {
      const build = await codebuild.get(id);
      expect(build).toMatchObject({ buildStatus: 'FAULT', buildComplete: true });
      expect(build.phases.at(-2)).toMatchObject({
        phaseStatus: 'FAULT',
        contexts: [{ ...fault, message: 'The sandbox was stopped while this build ran.' }],
      });
    }
    await expect(codebuild.start()).rejects.toMatchObject({ code: 'ServiceUnavailableException' });
  });

  test('is a FAULT at the next start when it was cut off, at its last sign of life', async () => {
    const codebuild = await openCodeBuild();
    const running = await codebuild.start();
    await codebuild.start();
    const queued = await codebuild.start();
    await codebuild.reaches(running.id, 'BUILD');
    await codebuild.clock.advance(30_000);
    const lines = await codebuild.log(await codebuild.get(running.id));
    // What a crash leaves is what is on the disk at that moment; the record is written a little behind.
    const file = join(codebuild.dir, 'builds', `${running.id.slice(project.length + 1)}.json`);
    await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toContain('"BUILD"'));
    const dir = await temporaryDir();
    await cp(codebuild.dir, dir, { recursive: true });
    await codebuild.clock.advance(3_600_000);
    const again = await openCodeBuild({ dir, clock: codebuild.clock });
    expect(again.codebuild.running()).toBe(0);
    const build = await again.get(running.id);
    expect(build).toMatchObject({ buildStatus: 'FAULT', currentPhase: 'COMPLETED' });
    expect(build.phases.at(-2)).toMatchObject({
      phaseType: 'BUILD',
      phaseStatus: 'FAULT',
      contexts: [fault],
    });
    const ranMs = (build.endTime ?? 0) * 1000 - start;
    expect(ranMs).toBeGreaterThan(250_000);
    expect(ranMs).toBeLessThanOrEqual(280_000);
    const found = await again.log(build);
    expect(found.slice(0, -1)).toEqual(lines);
    expect(found.at(-1)).toMatch(/^\[Container\] .* The sandbox ended while this build was under way/);
    expect(await again.get(queued.id)).toMatchObject({ buildStatus: 'FAULT', endTime: start / 1000 });
    expect(await readdir(join(dir, 'builds', 'work')).catch(() => [])).toEqual([]);
    expect(await again.start()).toMatchObject({ buildNumber: 4 });
  });

  test('is a FAULT with the reason when the runner throws, or ends without a word', async () => {
    const thrown = await openCodeBuild({ runBuild: () => Promise.reject(new Error('no processes left')) });
    const first = await thrown.ends((await thrown.start()).id);
    expect(first.buildStatus).toBe('FAULT');
    expect(first.phases.at(-2)?.contexts).toEqual([{ ...fault, message: 'no processes left' }]);
    const silent = await openCodeBuild({ runBuild: async () => {} });
    const second = await silent.ends((await silent.start()).id);
    expect(second.phases.at(-2)?.contexts?.[0]?.message).toMatch(/without a result/);
  });

  test('is a FAULT when its log cannot be written, and its commands are ended', async () => {
    const codebuild = await openCodeBuild({
      logs: (store) => ({
        ...store,
        append(group, stream, events) {
          if (events.some(({ message }) => message.includes('Compiling 5 of'))) {
            return Promise.reject(new Error('ENOSPC: no space left on device'));
          }
          return store.append(group, stream, events);
        },
      }),
    });
    const { id } = await codebuild.start();
    const build = await codebuild.ends(id);
    expect(build.buildStatus).toBe('FAULT');
    expect(build.phases.at(-2)).toMatchObject({
      phaseType: 'BUILD',
      phaseStatus: 'FAULT',
      contexts: [{ ...fault, message: 'The log could not be written: ENOSPC: no space left on device' }],
    });
  });

  test('fails in UPLOAD_ARTIFACTS when the bucket does not take the zip', async () => {
    const { objects } = await openCodeBuild();
    const codebuild = await openCodeBuild({
      objects: { get: objects.get, putFile: () => Promise.reject(new Error('no space')) },
    });
    const build = await codebuild.ends((await codebuild.start()).id);
    expect(build.buildStatus).toBe('FAILED');
    expect(build.phases.find(({ phaseType }) => phaseType === 'UPLOAD_ARTIFACTS')).toMatchObject({
      phaseStatus: 'FAILED',
      contexts: [{ statusCode: 'CLIENT_ERROR', message: 'Error in UPLOAD_ARTIFACTS phase: no space' }],
    });
    expect(build.artifacts).not.toHaveProperty('sha256sum');
  });
});

describe('the builds on disk', () => {
  test('are the newest so many; the log of an older one goes with it', async () => {
    const codebuild = await openCodeBuild({ keepBuilds: 2, script: { ...windowsBuild, steps: () => [] } });
    const builds: WireBuild[] = [];
    for (let count = 0; count < 4; count += 1) {
      const { id } = await codebuild.start();
      builds.push(await codebuild.ends(id));
      await codebuild.clock.runUntil(() => codebuild.codebuild.running() === 0);
    }
    const ids = builds.map(({ id }) => id);
    expect(await codebuild.call('ListBuilds', {})).toEqual({ ids: ids.slice(2).reverse() });
    const gone = await codebuild.call('BatchGetBuilds', { ids });
    expect(gone.buildsNotFound).toEqual(ids.slice(0, 2));
    const { groupName: logGroupName } = builds[0]?.logs ?? {};
    const { logStreams } = await callJson(codebuild.logs.service, 'Logs_20140328.DescribeLogStreams', {
      logGroupName,
    });
    expect(logStreams).toHaveLength(2);
    const files = await readdir(join(codebuild.dir, 'builds'));
    expect(files.filter((name) => name.endsWith('.json'))).toHaveLength(2);
  });

  test('one that is broken is put aside and hides no other', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start();
    await codebuild.ends(id);
    await codebuild.codebuild.close();
    const builds = join(codebuild.dir, 'builds');
    await writeFile(join(builds, 'broken.json'), '{"uuid": "bro');
    const again = await openCodeBuild({ dir: codebuild.dir, clock: codebuild.clock });
    expect(await again.call('ListBuilds', {})).toEqual({ ids: [id] });
    expect(await readFile(join(builds, 'broken.json.broken'), 'utf8')).toBe('{"uuid": "bro');
  });
});
