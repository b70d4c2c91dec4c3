import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sourceKey } from '../../../src/sandbox/account.ts';
import { account, openCodeBuild, putSource, start, type WireBuild } from './harness.ts';

const phaseTypes = (build: WireBuild): string[] => build.phases.map(({ phaseType }) => phaseType);
const phase = (build: WireBuild, type: string) => build.phases.find(({ phaseType }) => phaseType === type);

describe('the source of a build', () => {
  test('is the newest, or the version that was asked for', async () => {
    const codebuild = await openCodeBuild({
      source: false,
      runBuild: async ({ sourceDir, reserved }, emit) => {
        const text = await readFile(join(sourceDir, 'README'), 'utf8');
        await emit({ kind: 'log', at: start, lines: [text.trim(), reserved.CODEBUILD_SOURCE_VERSION ?? ''] });
        await emit({ kind: 'ended', at: start, status: 'SUCCEEDED' });
      },
    });
    const old = await putSource(codebuild.objects, codebuild.dir, 'old\n');
    await putSource(codebuild.objects, codebuild.dir, 'new\n');
    const newest = await codebuild.ends((await codebuild.start()).id);
    expect((await codebuild.log(newest)).slice(-2)).toEqual([
      'new',
      `arn:aws:s3:::${account.bucket}/${sourceKey}`,
    ]);
    expect(newest).not.toHaveProperty('sourceVersion');
    const asked = await codebuild.ends((await codebuild.start({ sourceVersion: old })).id);
    expect((await codebuild.log(asked)).slice(-2)).toEqual(['old', old]);
    expect(asked.sourceVersion).toBe(old);
  });

  test('is made anew for each build, which gets its own even where two start at once', async () => {
    let made = 0;
    const codebuild = await openCodeBuild({
      source: false,
      prepareSource: async () => {
        made += 1;
        await putSource(codebuild.objects, codebuild.dir, `source ${made}\n`);
      },
      runBuild: async ({ sourceDir, reserved }, emit) => {
        const text = await readFile(join(sourceDir, 'README'), 'utf8');
        await emit({ kind: 'log', at: start, lines: [`${reserved.CODEBUILD_BUILD_NUMBER}: ${text.trim()}`] });
        await emit({ kind: 'ended', at: start, status: 'SUCCEEDED' });
      },
    });
    const builds = await Promise.all([codebuild.start(), codebuild.start(), codebuild.start()]);
    for (const [index, { id }] of builds.entries()) {
      const lines = await codebuild.log(await codebuild.ends(id));
      expect(lines.at(-1)).toBe(`${index + 1}: source ${index + 1}`);
    }
  });

  test.each([
    ['is missing', {}, /^NoSuchKey: /],
    ['lacks the version', { sourceVersion: 'gone' }, /^NoSuchVersion: .*gone/],
  ])('that %s fails DOWNLOAD_SOURCE', async (_name, input, message) => {
    const codebuild = await openCodeBuild({ source: false });
    const build = await codebuild.ends((await codebuild.start(input)).id);
    expect(build.buildStatus).toBe('FAILED');
    expect(phase(build, 'DOWNLOAD_SOURCE')).toMatchObject({
      phaseStatus: 'FAILED',
      contexts: [{ statusCode: 'CLIENT_ERROR', message: expect.stringMatching(message) }],
    });
    expect(phaseTypes(build).slice(-3)).toEqual(['DOWNLOAD_SOURCE', 'FINALIZING', 'COMPLETED']);
    const lines = await codebuild.log(build);
    expect(lines.at(-2)).toMatch(/Phase complete: DOWNLOAD_SOURCE State: FAILED$/);
    expect(lines.at(-1)).toMatch(/Phase context status code: CLIENT_ERROR Message: /);
  });

  test('that is no zip, or cannot be made, fails DOWNLOAD_SOURCE with the reason', async () => {
    const codebuild = await openCodeBuild({ source: false });
    await codebuild.objects.putBytes(account.bucket, sourceKey, Buffer.from('no zip'));
    const broken = await codebuild.ends((await codebuild.start()).id);
    expect(phase(broken, 'DOWNLOAD_SOURCE')?.contexts?.[0]?.message).toMatch(/source zip was refused/);

    const unmade = await openCodeBuild({
      prepareSource: () => Promise.reject(new Error('The folder /src is gone.')),
    });
    const failed = await unmade.ends((await unmade.start()).id);
    expect(phase(failed, 'DOWNLOAD_SOURCE')?.contexts?.[0]?.message).toBe('The folder /src is gone.');
  });
});
