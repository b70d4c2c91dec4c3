import { describe, expect, test } from 'vitest';
import { endlessBuild } from '../../support/build-scripts.ts';
import { openCodeBuild, project, start } from './harness.ts';

describe('StopBuild', () => {
  test('answers with the stopped build: its phase STOPPED without a word, then COMPLETED', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start();
    await codebuild.reaches(id, 'BUILD');
    await codebuild.clock.advance(1_000);
    const stopped = await codebuild.stop(id);
    const at = (start + 251_000) / 1000;
    expect(stopped).toMatchObject({
      buildStatus: 'STOPPED',
      buildComplete: true,
      currentPhase: 'COMPLETED',
      endTime: at,
    });
    expect(stopped.phases.slice(-2)).toEqual([
      {
        phaseType: 'BUILD',
        phaseStatus: 'STOPPED',
        startTime: (start + 250_000) / 1000,
        endTime: at,
        durationInSeconds: 1,
      },
      { phaseType: 'COMPLETED', startTime: at },
    ]);
    expect(await codebuild.stop(id)).toEqual(stopped);
    expect(codebuild.codebuild.running()).toBe(0);
  });

  test('takes a build out of the queue', async () => {
    const codebuild = await openCodeBuild();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await codebuild.start()).id);
    const [first = '', , third = ''] = ids;
    await codebuild.reaches(first, 'INSTALL');
    expect((await codebuild.get(third)).currentPhase).toBe('QUEUED');
    const stopped = await codebuild.stop(third);
    expect(stopped.buildStatus).toBe('STOPPED');
    expect(stopped.phases.slice(1).map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus])).toEqual([
      ['QUEUED', 'STOPPED'],
      ['COMPLETED', undefined],
    ]);
    expect(stopped.logs).not.toHaveProperty('groupName');
  });

  test('answers that the build is still going where its processes take their time', async () => {
    const held = Promise.withResolvers<void>();
    const codebuild = await openCodeBuild({
      runBuild: async (_request, emit) => {
        await held.promise;
        await emit({ kind: 'ended', at: start, status: 'STOPPED' });
      },
    });
    const { id } = await codebuild.start();
    await codebuild.reaches(id, 'DOWNLOAD_SOURCE');
    const stopping = codebuild.stop(id);
    await codebuild.clock.runUntil(() => codebuild.clock.sleeping() > 0);
    await codebuild.clock.advance(10_000);
    expect(await stopping).toMatchObject({ buildStatus: 'IN_PROGRESS' });
    held.resolve();
    expect(await codebuild.ends(id)).toMatchObject({ buildStatus: 'STOPPED' });
  });

  test('changes nothing about a build whose commands have succeeded', async () => {
    const stored = Promise.withResolvers<void>();
    let storing = false;
    const { objects } = await openCodeBuild();
    const slow = await openCodeBuild({
      objects: {
        get: objects.get,
        putFile: async (...parameters) => {
          storing = true;
          await stored.promise;
          return objects.putFile(...parameters);
        },
      },
    });
    const { id } = await slow.start();
    await slow.clock.runUntil(() => storing);
    const stopping = slow.stop(id);
    stored.resolve();
    expect(await stopping).toMatchObject({ buildStatus: 'SUCCEEDED' });
  });

  test.each([
    [{}, 'InvalidInputException'],
    [{ id: '' }, 'InvalidInputException'],
    [{ id: 'no-colon' }, 'InvalidInputException'],
    [{ id: `${project}:gone` }, 'ResourceNotFoundException'],
    [{ id: 7 }, 'SerializationException'],
  ])('refuses %j with %s', async (input, code) => {
    const codebuild = await openCodeBuild();
    for (const operation of ['StopBuild', 'RetryBuild']) {
      await expect(codebuild.call(operation, input)).rejects.toMatchObject({ code });
    }
  });
});

describe('the queue', () => {
  test('lets two builds run, the next one when one has ended', async () => {
    const codebuild = await openCodeBuild();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await codebuild.start()).id);
    const [first = '', second = '', third = ''] = ids;
    await codebuild.reaches(first, 'BUILD');
    expect(codebuild.codebuild.running()).toBe(3);
    expect(await codebuild.get(second)).toMatchObject({ buildStatus: 'IN_PROGRESS' });
    expect((await codebuild.get(second)).currentPhase).not.toBe('QUEUED');
    expect(await codebuild.get(third)).toMatchObject({ currentPhase: 'QUEUED' });
    await codebuild.stop(first);
    await codebuild.reaches(third, 'INSTALL');
    expect(await codebuild.ends(third)).toMatchObject({ buildStatus: 'SUCCEEDED' });
  });

  test('times a build out that waits longer than it wanted to', async () => {
    const codebuild = await openCodeBuild({ script: endlessBuild });
    await codebuild.start();
    await codebuild.start();
    const { id } = await codebuild.start({ queuedTimeoutInMinutesOverride: 5 });
    const build = await codebuild.ends(id);
    expect(build).toMatchObject({ buildStatus: 'TIMED_OUT', queuedTimeoutInMinutes: 5 });
    expect(build.phases[1]).toMatchObject({
      phaseType: 'QUEUED',
      phaseStatus: 'TIMED_OUT',
      contexts: [{ statusCode: 'BUILD_TIMED_OUT' }],
    });
    expect((build.endTime ?? 0) - build.startTime).toBe(5 * 60);
  });

  test('takes ten builds and no more', async () => {
    const codebuild = await openCodeBuild();
    for (let count = 0; count < 12; count += 1) await codebuild.start();
    await expect(codebuild.start()).rejects.toMatchObject({ code: 'AccountLimitExceededException' });
  });
});
