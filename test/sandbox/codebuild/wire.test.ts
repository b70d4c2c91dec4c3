import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ResourceNotFoundException as LogNotFound,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  type Build,
  CodeBuildClient,
  InvalidInputException,
  ListBuildsCommand,
  ListBuildsForProjectCommand,
  ListProjectsCommand,
  ResourceNotFoundException,
  RetryBuildCommand,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import { failedBuild, floodLine, numberedFlood, windowsBuild } from '../../support/build-scripts.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { startTestSandbox } from '../../support/sandbox.ts';
import { type BuildScript, scriptedBuild } from '../../support/scripted-build.ts';
import { project, start } from './harness.ts';

/** The whole sandbox with the real clients on it. */
async function connect(script: BuildScript) {
  const clock = createManualClock(start);
  const sandbox = await startTestSandbox({ clock, runBuild: scriptedBuild(clock, script) });
  const { endpoint, region, credentials } = sandbox.info;
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  const builds = new CodeBuildClient(config);
  const logs = new CloudWatchLogsClient(config);
  onTestFinished(async () => {
    builds.destroy();
    logs.destroy();
    await sandbox.close();
  });
  const get = async (id: string): Promise<Build> => {
    const answer = await builds.send(new BatchGetBuildsCommand({ ids: [id] }));
    return answer.builds?.[0] ?? {};
  };
  return {
    builds,
    logs,
    get,
    /** Lets the build that was started run for so long. */
    runs: async (ms: number) => {
      await clock.runUntil(() => clock.sleeping() > 0);
      await clock.advance(ms);
    },
    ends: () => clock.runUntil(() => sandbox.sandbox.running() === 0),
  };
}

describe('over the wire, with the SDK’s own clients', () => {
  test('a build is started, watched and its log followed to the end', async () => {
    const { builds, logs, get, runs, ends } = await connect(windowsBuild);
    const { projects } = await builds.send(new ListProjectsCommand({}));
    expect(projects).toEqual([project]);
    const described = await builds.send(new BatchGetProjectsCommand({ names: [project] }));
    expect(described.projects?.[0]?.created).toEqual(new Date(start));

    const { build } = await builds.send(new StartBuildCommand({ projectName: project }));
    const id = build?.id ?? '';
    expect(build?.startTime).toEqual(new Date(start));
    const logGroupName = `/aws/codebuild/${project}`;
    const logStreamName = id.slice(project.length + 1);
    await runs(300_000);
    const running = await get(id);
    expect(running.logs).toMatchObject({ groupName: logGroupName, streamName: logStreamName });
    expect(running.phases?.at(-1)).toEqual({
      phaseType: 'BUILD',
      startTime: new Date(start + 250_000),
    });

    await ends();
    const ended = await get(id);
    expect(ended).toMatchObject({ buildStatus: 'SUCCEEDED', endTime: new Date(start + 780_000) });
    expect((await builds.send(new ListBuildsCommand({}))).ids).toEqual([id]);
    const listed = await builds.send(new ListBuildsForProjectCommand({ projectName: project }));
    expect(listed.ids).toEqual([id]);

    const page = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
    );
    expect(page.events?.length).toBeGreaterThan(500);
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams?.map((stream) => stream.logStreamName)).toEqual([logStreamName]);
    const found = await logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern: '"Successfully created"' }),
    );
    expect(found.events).toHaveLength(2);
  });

  test('errors are the SDK’s own classes', async () => {
    const { builds, logs } = await connect(windowsBuild);
    await expect(builds.send(new StartBuildCommand({ projectName: 'other' }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    await expect(builds.send(new BatchGetBuildsCommand({ ids: [] }))).rejects.toBeInstanceOf(
      InvalidInputException,
    );
    await expect(
      logs.send(new GetLogEventsCommand({ logGroupName: 'g', logStreamName: 's' })),
    ).rejects.toBeInstanceOf(LogNotFound);
  });

  test('a build is stopped and retried', async () => {
    const { builds, runs } = await connect(failedBuild);
    const { build } = await builds.send(new StartBuildCommand({ projectName: project }));
    const id = build?.id ?? '';
    await runs(70_000);
    const stopped = await builds.send(new StopBuildCommand({ id }));
    expect(stopped.build).toMatchObject({ buildStatus: 'STOPPED', buildComplete: true });
    const retried = await builds.send(new RetryBuildCommand({ id, idempotencyToken: 't' }));
    expect(retried.build).toMatchObject({ buildNumber: 2, buildStatus: 'IN_PROGRESS' });
  });

  test('a flood is paged through without a line lost or doubled', async () => {
    const lines = 30_000;
    const { builds, logs, ends } = await connect(numberedFlood(lines));
    const { build } = await builds.send(new StartBuildCommand({ projectName: project }));
    const id = build?.id ?? '';
    await ends();
    const expected = Array.from({ length: lines }, (_, index) => floodLine(index + 1));
    const input = { logGroupName: `/aws/codebuild/${project}`, logStreamName: id.slice(project.length + 1) };
    const got: string[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await logs.send(
        new GetLogEventsCommand({ ...input, startFromHead: true, ...(nextToken ? { nextToken } : {}) }),
      );
      got.push(...(page.events ?? []).map(({ message = '' }) => message.trimEnd()));
      if (page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
    }
    expect(got.filter((line) => line.startsWith('line '))).toEqual(expected);
    const filtered: string[] = [];
    const pages = paginateFilterLogEvents(
      { client: logs },
      { logGroupName: input.logGroupName, filterPattern: '"of the flood"' },
    );
    for await (const { events } of pages) {
      filtered.push(...(events ?? []).map(({ message = '' }) => message.trimEnd()));
    }
    expect(filtered).toEqual(expected);
  });
});
