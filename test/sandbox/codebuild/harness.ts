import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-codebuild';
import { expect, onTestFinished } from 'vitest';
import { writeZip } from '../../../src/runner/zip-file.ts';
import { type SandboxAccount, sandboxAccount, sourceKey } from '../../../src/sandbox/account.ts';
import { type CodeBuildDeps, createCodeBuild } from '../../../src/sandbox/codebuild/codebuild.ts';
import { createLogs } from '../../../src/sandbox/logs/logs.ts';
import type { LogStore } from '../../../src/sandbox/logs/types.ts';
import { createS3 } from '../../../src/sandbox/s3/create-s3.ts';
import { windowsBuild } from '../../support/build-scripts.ts';
import { callJson } from '../../support/json-call.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { type BuildScript, scriptedBuild } from '../../support/scripted-build.ts';
import { schemaFaults } from '../../support/sdk-schema.ts';

export const start = Date.UTC(2026, 10, 20, 10, 30);

export const account: SandboxAccount = sandboxAccount({ dir: '/nowhere', platform: 'linux', arch: 'x64' });

export const project = account.projectName;

export const enums = {
  'Build.buildStatus': sdk.StatusType,
  'BuildPhase.phaseStatus': sdk.StatusType,
  'BuildPhase.phaseType': sdk.BuildPhaseType,
  'ProjectSource.type': sdk.SourceType,
  'ProjectArtifacts.type': sdk.ArtifactsType,
  'ProjectArtifacts.packaging': sdk.ArtifactPackaging,
  'ProjectArtifacts.namespaceType': sdk.ArtifactNamespace,
  'ProjectCache.type': sdk.CacheType,
  'ProjectEnvironment.type': sdk.EnvironmentType,
  'ProjectEnvironment.computeType': sdk.ComputeType,
  'ProjectEnvironment.imagePullCredentialsType': sdk.ImagePullCredentialsType,
  'EnvironmentVariable.type': sdk.EnvironmentVariableType,
  'CloudWatchLogsConfig.status': sdk.LogsConfigStatusType,
  'S3LogsConfig.status': sdk.LogsConfigStatusType,
  'Project.projectVisibility': sdk.ProjectVisibilityType,
};

/** What is wrong with an answer of BatchGetBuilds. */
export function buildFaults(json: unknown): string[] {
  return schemaFaults(sdk.BatchGetBuildsOutput$, json, enums);
}

/** A build as it goes over the wire. */
export type WireBuild = {
  id: string;
  arn: string;
  buildNumber: number;
  startTime: number;
  endTime?: number;
  currentPhase: string;
  buildStatus: string;
  buildComplete: boolean;
  sourceVersion?: string;
  initiator: string;
  phases: {
    phaseType: string;
    phaseStatus?: string;
    startTime: number;
    endTime?: number;
    durationInSeconds?: number;
    contexts?: { statusCode: string; message: string }[];
  }[];
  source: { location: string; buildspec?: string };
  artifacts: { location: string; sha256sum?: string; md5sum?: string };
  environment: { environmentVariables: { name: string; value: string; type: string }[] };
  logs: { groupName?: string; streamName?: string; deepLink: string; cloudWatchLogsArn: string };
  timeoutInMinutes: number;
  queuedTimeoutInMinutes: number;
};

export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ccwb-codebuild-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  return dir;
}

export type OpenOptions = Partial<
  Pick<CodeBuildDeps, 'runBuild' | 'prepareSource' | 'newId' | 'keepBuilds' | 'objects'>
> & {
  dir?: string;
  clock?: ManualClock;
  script?: BuildScript;
  /** Absent: a source lies in the bucket. */
  source?: boolean;
  /** Stands between the builds and the log. */
  logs?: (store: LogStore) => LogStore;
};

/** CodeBuild on a clock that stands still, over the real log and bucket; every answer is checked against the SDK. */
export async function openCodeBuild(options: OpenOptions = {}) {
  const dir = options.dir ?? (await temporaryDir());
  const clock = options.clock ?? createManualClock(start);
  const logs = await createLogs({ dir: join(dir, 'logs'), clock, account });
  const { objects } = await createS3({ dir: join(dir, 's3'), clock, account });
  if (options.source !== false) await putSource(objects, dir, 'hello\n');
  const runBuild = options.runBuild ?? scriptedBuild(clock, options.script ?? windowsBuild);
  const { prepareSource, newId, keepBuilds } = options;
  const codebuild = await createCodeBuild({
    dir: join(dir, 'builds'),
    clock,
    account,
    objects: options.objects ?? objects,
    logs: options.logs?.(logs.store) ?? logs.store,
    runBuild,
    createdAt: start,
    ...(prepareSource ? { prepareSource } : {}),
    ...(newId ? { newId } : {}),
    ...(keepBuilds === undefined ? {} : { keepBuilds }),
  });
  onTestFinished(async () => {
    await codebuild.close();
    await logs.close();
  });

  const call = async (operation: string, input: unknown): Promise<Record<string, unknown>> => {
    const json = await callJson(codebuild.service, `CodeBuild_20161006.${operation}`, input);
    const output = (sdk as unknown as Record<string, Parameters<typeof schemaFaults>[0]>)[
      `${operation}Output$`
    ];
    expect(schemaFaults(output ?? 'unit', json, enums)).toEqual([]);
    return json;
  };
  const buildOf = async (operation: string, input: unknown): Promise<WireBuild> =>
    (await call(operation, input)).build as WireBuild;
  const get = async (id: string): Promise<WireBuild> => {
    const { builds } = (await call('BatchGetBuilds', { ids: [id] })) as { builds: WireBuild[] };
    if (builds[0] === undefined) throw new Error(`no build ${id}`);
    return builds[0];
  };
  const reaches = (id: string, phase: string) =>
    clock.runUntil(async () => {
      const build = await get(id);
      return build.currentPhase === phase || build.buildComplete;
    });
  return {
    codebuild,
    logs,
    objects,
    dir,
    clock,
    call,
    get,
    start: (input: object = {}) => buildOf('StartBuild', { projectName: project, ...input }),
    stop: (id: string) => buildOf('StopBuild', { id }),
    retry: (input: object) => buildOf('RetryBuild', input),
    /** Lets time pass until the build is in the phase, or has ended. */
    reaches,
    /** Lets time pass until the build has ended and nothing of it is left to do. */
    ends: async (id: string): Promise<WireBuild> => {
      await reaches(id, 'COMPLETED');
      return get(id);
    },
    /** The lines of a build's log. */
    log: async (build: { logs: WireBuild['logs'] }): Promise<string[]> => {
      const { groupName: logGroupName, streamName: logStreamName } = build.logs;
      const input = { logGroupName, logStreamName, startFromHead: true };
      const page = await callJson(logs.service, 'Logs_20140328.GetLogEvents', input);
      return (page.events as { message: string }[]).map(({ message }) => message.replace(/\n$/, ''));
    },
  };
}

/** Puts a source zip with one file into the bucket. */
export async function putSource(
  objects: Awaited<ReturnType<typeof createS3>>['objects'],
  dir: string,
  content: string,
): Promise<string> {
  const file = join(dir, 'README');
  await writeFile(file, content);
  const zip = join(dir, 'source.zip');
  await writeZip(zip, [{ path: file, name: 'README' }], {}, new AbortController().signal);
  return (await objects.putFile(account.bucket, sourceKey, zip)).versionId;
}
