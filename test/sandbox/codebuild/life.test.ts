import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { artifactKey, sourceKey } from '../../../src/sandbox/account.ts';
import {
  compilerFailure,
  endlessBuild,
  failedBuild,
  floodLine,
  numberedFlood,
} from '../../support/build-scripts.ts';
import { callJson } from '../../support/json-call.ts';
import { account, openCodeBuild, project, start, type WireBuild } from './harness.ts';

const second = 1_000;
const minute = 60 * second;
const nothingSaid = [{ statusCode: '', message: '' }];

const phaseTypes = (build: WireBuild): string[] => build.phases.map(({ phaseType }) => phaseType);
const phase = (build: WireBuild, type: string) => build.phases.find(({ phaseType }) => phaseType === type);

describe('a build', () => {
  test('is answered as queued, without a log to name yet', async () => {
    const codebuild = await openCodeBuild({ newId: () => '0cfbb6ec-3db9-4e8c-992b-1ab280000001' });
    const build = await codebuild.start();
    expect(build).toMatchObject({
      id: `${project}:0cfbb6ec-3db9-4e8c-992b-1ab280000001`,
      arn: `arn:aws:codebuild:us-east-1:123456789012:build/${project}:0cfbb6ec-3db9-4e8c-992b-1ab280000001`,
      buildNumber: 1,
      buildStatus: 'IN_PROGRESS',
      buildComplete: false,
      currentPhase: 'QUEUED',
      startTime: start / 1000,
      initiator: 'sandbox',
      timeoutInMinutes: 30,
      queuedTimeoutInMinutes: 480,
      source: { type: 'S3', location: `${account.bucket}/${sourceKey}` },
      artifacts: { location: `arn:aws:s3:::${account.bucket}/${artifactKey(account)}` },
      phases: [
        {
          phaseType: 'SUBMITTED',
          phaseStatus: 'SUCCEEDED',
          startTime: start / 1000,
          endTime: start / 1000,
          durationInSeconds: 0,
        },
        { phaseType: 'QUEUED', startTime: start / 1000 },
      ],
    });
    expect(build).not.toHaveProperty('endTime');
    expect(build.phases[1]).toEqual({ phaseType: 'QUEUED', startTime: start / 1000 });
    expect(build.logs).toEqual({
      deepLink:
        'https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEvent:group=null;stream=null',
      cloudWatchLogsArn: 'arn:aws:logs:us-east-1:123456789012:log-group:null:log-stream:null',
      cloudWatchLogs: { status: 'ENABLED' },
      s3Logs: { status: 'DISABLED', encryptionDisabled: false },
    });
  });

  test('of thirteen minutes shows its phases as they come, and its log as it grows', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start();
    await codebuild.reaches(id, 'BUILD');
    await codebuild.clock.advance(100 * second);
    const running = await codebuild.get(id);
    expect(running).toMatchObject({ currentPhase: 'BUILD', buildStatus: 'IN_PROGRESS' });
    expect(running.phases.at(-1)).toEqual({
      phaseType: 'BUILD',
      startTime: (start + 250 * second) / 1000,
    });
    expect(phase(running, 'INSTALL')).toEqual({
      phaseType: 'INSTALL',
      phaseStatus: 'SUCCEEDED',
      startTime: (start + 5 * second) / 1000,
      endTime: (start + 100 * second) / 1000,
      durationInSeconds: 95,
      contexts: nothingSaid,
    });
    const early = await codebuild.log(running);
    expect(early.at(-1)).toMatch(/Nuitka-Scons: Compiling \d+ of 400/);

    const ended = await codebuild.ends(id);
    expect(ended).toMatchObject({
      buildStatus: 'SUCCEEDED',
      buildComplete: true,
      currentPhase: 'COMPLETED',
      endTime: (start + 780 * second) / 1000,
    });
    expect(phaseTypes(ended)).toEqual([
      'SUBMITTED',
      'QUEUED',
      'PROVISIONING',
      'DOWNLOAD_SOURCE',
      'INSTALL',
      'PRE_BUILD',
      'BUILD',
      'POST_BUILD',
      'UPLOAD_ARTIFACTS',
      'FINALIZING',
      'COMPLETED',
    ]);
    expect(ended.phases.at(-1)).toEqual({ phaseType: 'COMPLETED', startTime: ended.endTime });
    const late = await codebuild.log(ended);
    expect(late.slice(0, early.length)).toEqual(early);
    expect(late[0]).toMatch(/^\[Container\] 2026\/11\/20 10:30:00\.\d{6} Waiting for DOWNLOAD_SOURCE$/);
    expect(late.at(-2)).toMatch(/Phase complete: UPLOAD_ARTIFACTS State: SUCCEEDED$/);
    const uuid = id.slice(project.length + 1);
    expect(ended.logs).toMatchObject({
      groupName: `/aws/codebuild/${project}`,
      streamName: uuid,
      deepLink: `https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Fcodebuild$252F${project}/log-events/${uuid}`,
      cloudWatchLogsArn: `arn:aws:logs:us-east-1:123456789012:log-group:/aws/codebuild/${project}:log-stream:${uuid}`,
    });
  });

  test('leaves the zip whose digests it tells, and nothing else', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start();
    const { artifacts } = await codebuild.ends(id);
    const zip = await codebuild.objects.get(account.bucket, artifactKey(account));
    const bytes = await buffer(zip?.stream() ?? Readable.from([]));
    expect(artifacts.sha256sum).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(artifacts.md5sum).toBe(createHash('md5').update(bytes).digest('hex'));
    await codebuild.clock.runUntil(() => codebuild.codebuild.running() === 0);
    expect(await readdir(join(codebuild.dir, 'builds', 'work'))).toEqual([]);
  });

  test('that fails says so in its first failed phase, and uploads nothing', async () => {
    const codebuild = await openCodeBuild({ script: failedBuild });
    const { id } = await codebuild.start();
    const build = await codebuild.ends(id);
    expect(build).toMatchObject({ buildStatus: 'FAILED', currentPhase: 'COMPLETED', buildComplete: true });
    const { code, message } = compilerFailure;
    expect(phase(build, 'BUILD')).toMatchObject({
      phaseStatus: 'FAILED',
      contexts: [{ statusCode: code, message }],
    });
    expect(phase(build, 'POST_BUILD')).toMatchObject({ phaseStatus: 'SUCCEEDED', contexts: nothingSaid });
    expect(phase(build, 'UPLOAD_ARTIFACTS')).toMatchObject({ phaseStatus: 'FAILED' });
    expect(phase(build, 'FINALIZING')).toMatchObject({ phaseStatus: 'SUCCEEDED' });
    expect(build.artifacts).not.toHaveProperty('sha256sum');
    expect(await codebuild.objects.get(account.bucket, artifactKey(account))).toBeUndefined();
  });

  test('that takes too long is timed out, by the limit of the project or its own', async () => {
    const codebuild = await openCodeBuild({ script: endlessBuild });
    for (const [override, minutes] of [
      [undefined, 30],
      [5, 5],
    ]) {
      const { id } = await codebuild.start({ timeoutInMinutesOverride: override });
      const build = await codebuild.ends(id);
      expect(build.timeoutInMinutes).toBe(minutes);
      expect(build.buildStatus).toBe('TIMED_OUT');
      expect(phase(build, 'BUILD')).toMatchObject({
        phaseStatus: 'TIMED_OUT',
        contexts: [{ statusCode: 'BUILD_TIMED_OUT', message: 'Build has timed out. ' }],
      });
      expect(phaseTypes(build).slice(-2)).toEqual(['BUILD', 'COMPLETED']);
      expect((build.endTime ?? 0) - build.startTime).toBe(((minutes ?? 0) * minute) / 1000);
    }
  });

  test('that floods its log loses no line of it', async () => {
    const lines = 20_000;
    const codebuild = await openCodeBuild({ script: numberedFlood(lines, { everyMs: 0 }) });
    const { id } = await codebuild.start();
    const { logs } = await codebuild.ends(id);
    const found: string[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const input = {
        logGroupName: logs.groupName,
        logStreamName: logs.streamName,
        startFromHead: true,
        nextToken,
      };
      const page = await callJson(codebuild.logs.service, 'Logs_20140328.GetLogEvents', input);
      found.push(...(page.events as { message: string }[]).map(({ message }) => message.trim()));
      if (page.nextForwardToken === nextToken) break;
      nextToken = String(page.nextForwardToken);
    }
    expect(found.filter((line) => line.endsWith('of the flood'))).toEqual(
      Array.from({ length: lines }, (_, index) => floodLine(index + 1)),
    );
  });

  test('takes its wishes to the runner, and keeps what is reserved to itself', async () => {
    const codebuild = await openCodeBuild({
      runBuild: async (request, emit) => {
        const { sourceDir } = request;
        const files = await readdir(sourceDir);
        const { variables, reserved, buildspec, timeoutMs } = request;
        const seen = JSON.stringify({ variables, reserved, buildspec, timeoutMs, files });
        await emit({ kind: 'log', at: start, lines: [seen] });
        await emit({ kind: 'ended', at: start, status: 'SUCCEEDED' });
      },
    });
    const { id } = await codebuild.start({
      environmentVariablesOverride: [
        { name: 'GREETING', value: 'hello' },
        { name: 'EMPTY', value: '', type: 'PLAINTEXT' },
      ],
      buildspecOverride: 'ci/other.yml',
      timeoutInMinutesOverride: 7,
    });
    const build = await codebuild.ends(id);
    expect(build.source.buildspec).toBe('ci/other.yml');
    expect(build.environment.environmentVariables).toEqual([
      { name: 'GREETING', value: 'hello', type: 'PLAINTEXT' },
      { name: 'EMPTY', value: '', type: 'PLAINTEXT' },
    ]);
    const seen = JSON.parse((await codebuild.log(build)).at(-1) ?? '');
    expect(seen).toMatchObject({
      variables: { GREETING: 'hello', EMPTY: '' },
      buildspec: 'ci/other.yml',
      timeoutMs: 7 * minute,
      files: ['README'],
      reserved: {
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        CODEBUILD_BUILD_ID: id,
        CODEBUILD_BUILD_ARN: build.arn,
        CODEBUILD_BUILD_NUMBER: '1',
        CODEBUILD_INITIATOR: 'sandbox',
        CODEBUILD_LOG_PATH: id.slice(project.length + 1),
        CODEBUILD_SOURCE_REPO_URL: `s3://${account.bucket}/${sourceKey}`,
        CODEBUILD_START_TIME: String(start),
      },
    });
    expect(Object.keys(seen.reserved).filter((name) => /KEY|SECRET|TOKEN/.test(name))).toEqual([
      'CODEBUILD_KMS_KEY_ID',
    ]);
  });

  test('counts per project and goes on counting after a restart', async () => {
    const codebuild = await openCodeBuild();
    const first = await codebuild.start();
    await codebuild.ends(first.id);
    const second = await codebuild.start();
    await codebuild.ends(second.id);
    await codebuild.codebuild.close();
    await codebuild.logs.close();
    const { dir, clock } = codebuild;
    const again = await openCodeBuild({ dir, clock });
    expect((await again.get(first.id)).buildNumber).toBe(1);
    expect(await again.get(second.id)).toEqual(await codebuild.get(second.id));
    expect(await again.start()).toMatchObject({ buildNumber: 3 });
  });

  test('can be retried: another build with the same wishes', async () => {
    const codebuild = await openCodeBuild();
    const { id } = await codebuild.start({
      environmentVariablesOverride: [{ name: 'A', value: 'b' }],
      timeoutInMinutesOverride: 20,
    });
    await codebuild.ends(id);
    const retried = await codebuild.retry({ id });
    expect(retried.id).not.toBe(id);
    expect(retried).toMatchObject({
      buildNumber: 2,
      timeoutInMinutes: 20,
      environment: { environmentVariables: [{ name: 'A', value: 'b', type: 'PLAINTEXT' }] },
      currentPhase: 'QUEUED',
    });
    expect(await codebuild.ends(retried.id)).toMatchObject({ buildStatus: 'SUCCEEDED' });
  });
});
