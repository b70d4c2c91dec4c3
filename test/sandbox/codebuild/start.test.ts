import { describe, expect, test } from 'vitest';
import { openCodeBuild } from './harness.ts';

const minute = 60_000;

describe('StartBuild', () => {
  test.each([
    [{ projectName: 'other' }, 'ResourceNotFoundException', /Project cannot be found: arn:.*project\/other/],
    [{ projectName: '' }, 'InvalidInputException', /projectName/],
    [{ projectName: null }, 'InvalidInputException', /projectName/],
    [{ projectName: 5 }, 'SerializationException', /String/],
    [{ timeoutInMinutesOverride: 4 }, 'InvalidInputException', /timeoutInMinutesOverride.*5/],
    [{ timeoutInMinutesOverride: 2_161 }, 'InvalidInputException', /timeoutInMinutesOverride/],
    [{ timeoutInMinutesOverride: '5' }, 'SerializationException', /Integer/],
    [{ queuedTimeoutInMinutesOverride: 481 }, 'InvalidInputException', /queuedTimeout/],
    [
      { buildspecOverride: 'arn:aws:s3:::bucket/buildspec.yml' },
      'InvalidInputException',
      /buildspecOverride/,
    ],
    [{ artifactsOverride: { type: 'NO_ARTIFACTS' } }, 'InvalidInputException', /artifactsOverride/],
    [{ imageOverride: 'aws/codebuild/standard:7.0' }, 'InvalidInputException', /imageOverride/],
    [{ privilegedModeOverride: true }, 'InvalidInputException', /privilegedModeOverride/],
    [{ debugSessionEnabled: true }, 'InvalidInputException', /debugSessionEnabled/],
    [{ environmentVariablesOverride: {} }, 'SerializationException', /structure or map/],
    [{ environmentVariablesOverride: ['A=b'] }, 'SerializationException', /STRING_VALUE/],
    [{ environmentVariablesOverride: [{ name: 'A' }] }, 'InvalidInputException', /1\.member\.value/],
    [{ environmentVariablesOverride: [{ name: 'A B', value: '' }] }, 'InvalidInputException', /A B/],
    [{ environmentVariablesOverride: [{ name: 'A', value: 'a\0b' }] }, 'InvalidInputException', /NUL/],
    [
      { environmentVariablesOverride: [{ name: 'CODEBUILD_BUILD_ID', value: 'x' }] },
      'InvalidInputException',
      /CODEBUILD_/,
    ],
    [
      { environmentVariablesOverride: [{ name: 'A', value: '/p', type: 'PARAMETER_STORE' }] },
      'InvalidInputException',
      /PARAMETER_STORE/,
    ],
  ])('refuses %j with %s', async (input, code, message) => {
    const codebuild = await openCodeBuild();
    await expect(codebuild.start(input)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await codebuild.call('ListBuilds', {})).toEqual({ ids: [] });
  });

  test('passes over what it does not know, and overrides that change nothing', async () => {
    const codebuild = await openCodeBuild();
    const build = await codebuild.start({
      newerThanThisOverride: { a: 1 },
      privilegedModeOverride: false,
      secondarySourcesOverride: [],
      sourceVersion: null,
      environmentVariablesOverride: null,
    });
    expect(build).toMatchObject({ buildNumber: 1, environment: { environmentVariables: [] } });
  });

  test.each(['', '[]', '"text"', '{', 'null', '\u00ff{}'])('refuses the body %j', async (body) => {
    const codebuild = await openCodeBuild();
    await expect(codebuild.call('StartBuild', body)).rejects.toMatchObject({
      code: body === '' ? 'InvalidInputException' : 'SerializationException',
    });
  });

  test('does not offer what it does not know', async () => {
    const codebuild = await openCodeBuild();
    for (const operation of ['CreateProject', 'constructor', '__proto__', '']) {
      await expect(codebuild.call(operation, {})).rejects.toMatchObject({
        code: 'UnknownOperationException',
        message: `The sandbox does not offer CodeBuild_20161006.${operation}.`,
      });
    }
  });
});

describe('an idempotency token', () => {
  test('starts one build, however often and however fast it is sent', async () => {
    const codebuild = await openCodeBuild();
    const input = { idempotencyToken: 'once', sourceVersion: 'v' };
    const builds = await Promise.all([
      codebuild.start(input),
      codebuild.start(input),
      codebuild.start(input),
    ]);
    const [first] = builds;
    expect(new Set(builds.map(({ id }) => id)).size).toBe(1);
    await codebuild.ends(first?.id ?? '');
    const later = await codebuild.start(input);
    expect(later).toMatchObject({ id: first?.id, buildStatus: 'FAILED' });
    expect((await codebuild.call('ListBuilds', {})).ids).toHaveLength(1);
  });

  test('is an error with other parameters, or for another operation', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start({ idempotencyToken: 'once' });
    const mismatch = { code: 'InvalidInputException', message: expect.stringMatching(/parameter mismatch/) };
    await expect(
      codebuild.start({ idempotencyToken: 'once', timeoutInMinutesOverride: 10 }),
    ).rejects.toMatchObject(mismatch);
    await expect(codebuild.retry({ id, idempotencyToken: 'once' })).rejects.toMatchObject(mismatch);
  });

  test('holds for a retry as well', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start();
    const retried = await codebuild.retry({ id, idempotencyToken: 'again' });
    expect((await codebuild.retry({ id, idempotencyToken: 'again' })).id).toBe(retried.id);
    await expect(codebuild.retry({ id: retried.id, idempotencyToken: 'again' })).rejects.toMatchObject({
      code: 'InvalidInputException',
    });
  });

  test('is forgotten after five minutes, not by a restart', async () => {
    const codebuild = await openCodeBuild({ runBuild: async () => {} });
    const { id } = await codebuild.start({ idempotencyToken: 'once' });
    await codebuild.ends(id);
    await codebuild.codebuild.close();
    const { dir, clock } = codebuild;
    const again = await openCodeBuild({ dir, clock });
    await clock.advance(5 * minute - 1);
    expect((await again.start({ idempotencyToken: 'once' })).id).toBe(id);
    await clock.advance(1);
    expect((await again.start({ idempotencyToken: 'once' })).id).not.toBe(id);
  });
});
