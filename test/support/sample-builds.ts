import type { Build, Phase } from '../../src/domain/build.ts';

/** Friday, 20 November 2026, 10:35:16 UTC: the moment of the pictures in the documents. */
export const pictureTime = Date.UTC(2026, 10, 20, 10, 35, 16);

const second = 1_000;
const minute = 60 * second;
const project = 'claude-code-auth-windows-build';
const windows = { type: 'WINDOWS_SERVER_2022_CONTAINER', computeType: 'BUILD_GENERAL1_LARGE' };
const linux = { type: 'LINUX_CONTAINER', computeType: 'BUILD_GENERAL1_MEDIUM' };

/** Phases that follow each other without a pause, from their durations in seconds; the last one may run. */
export function phasesOf(
  startedAt: number,
  durations: readonly (readonly [type: string, seconds: number, status?: Phase['status'] | 'running'])[],
): Phase[] {
  let at = startedAt;
  return durations.map(([type, seconds, status = 'SUCCEEDED']) => {
    const phase: Phase = { type, startedAt: at, contexts: [] };
    at += seconds * second;
    return status === 'running' ? phase : { ...phase, status, endedAt: at };
  });
}

export const wholeRun = [
  ['SUBMITTED', 0],
  ['QUEUED', 1],
  ['PROVISIONING', 48],
  ['DOWNLOAD_SOURCE', 3],
  ['INSTALL', 62],
  ['PRE_BUILD', 121],
  ['BUILD', 485],
  ['POST_BUILD', 15],
  ['UPLOAD_ARTIFACTS', 20],
  ['FINALIZING', 5],
] as const;

export function sampleBuild(fields: Partial<Build> & { uuid: string }): Build {
  const build: Build = {
    id: `${fields.project ?? project}:${fields.uuid}`,
    project,
    status: 'SUCCEEDED',
    phases: [],
    target: 'windows',
    environment: windows,
    initiator: 'alice',
    log: { kind: 'cloudwatch', group: `/aws/codebuild/${project}`, stream: fields.uuid },
    ...fields,
  };
  return build;
}

const uuid = (short: string) => `${short}-1111-4222-8333-444455556666`;

/** The builds of the picture in the documents. */
export function pictureBuilds(now = pictureTime): Build[] {
  const runningSince = now - (5 * minute + 12 * second);
  const linuxProject = 'claude-code-auth-linux-x64-build';
  return [
    sampleBuild({
      uuid: uuid('9f3c1a2b'),
      number: 214,
      status: 'IN_PROGRESS',
      currentPhase: 'BUILD',
      startedAt: runningSince,
      phases: phasesOf(runningSince, [...wholeRun.slice(0, 6), ['BUILD', 77, 'running']]),
    }),
    sampleBuild({
      uuid: uuid('c07d55e1'),
      project: linuxProject,
      number: 31,
      status: 'IN_PROGRESS',
      currentPhase: 'PRE_BUILD',
      startedAt: now - (5 * minute + 58 * second),
      target: 'linux-x64',
      environment: linux,
    }),
    sampleBuild({
      uuid: uuid('abc12345'),
      number: 213,
      startedAt: Date.UTC(2026, 10, 20, 9, 15, 0),
      endedAt: Date.UTC(2026, 10, 20, 9, 27, 48),
    }),
    sampleBuild({
      uuid: uuid('def67890'),
      number: 212,
      status: 'FAILED',
      startedAt: Date.UTC(2026, 10, 20, 8, 0, 0),
      endedAt: Date.UTC(2026, 10, 20, 8, 2, 3),
      currentPhase: 'COMPLETED',
      phases: [
        ...phasesOf(Date.UTC(2026, 10, 20, 8, 0, 0), [
          ['SUBMITTED', 0],
          ['QUEUED', 1],
          ['PROVISIONING', 40],
          ['DOWNLOAD_SOURCE', 3],
          ['INSTALL', 30],
          ['PRE_BUILD', 20],
        ]),
        {
          type: 'BUILD',
          status: 'FAILED',
          startedAt: Date.UTC(2026, 10, 20, 8, 1, 34),
          endedAt: Date.UTC(2026, 10, 20, 8, 1, 58),
          contexts: [{ code: 'COMMAND_EXECUTION_ERROR', message: 'python -m nuitka … exit status 1' }],
        },
        { type: 'UPLOAD_ARTIFACTS', status: 'FAILED', startedAt: 1, endedAt: 2, contexts: [] },
      ],
    }),
    sampleBuild({
      uuid: uuid('5512aa0e'),
      number: 211,
      status: 'STOPPED',
      startedAt: Date.UTC(2026, 10, 19, 16, 0, 0),
      endedAt: Date.UTC(2026, 10, 19, 16, 1, 40),
      phases: phasesOf(Date.UTC(2026, 10, 19, 16, 0, 0), [['INSTALL', 100, 'STOPPED']]),
    }),
    sampleBuild({
      uuid: uuid('77be0c3f'),
      number: 210,
      startedAt: Date.UTC(2026, 10, 18, 12, 0, 0),
      endedAt: Date.UTC(2026, 10, 18, 12, 13, 2),
    }),
    sampleBuild({
      uuid: uuid('0badcafe'),
      number: 209,
      startedAt: Date.UTC(2026, 10, 17, 12, 0, 0),
      endedAt: Date.UTC(2026, 10, 17, 12, 12, 40),
      phases: phasesOf(Date.UTC(2026, 10, 17, 12, 0, 0), wholeRun),
    }),
  ];
}
