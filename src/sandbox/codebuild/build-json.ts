import type { SandboxAccount } from '../account.ts';
import {
  encryptionKey,
  environmentJson,
  projectTimeoutMinutes,
  queuedTimeoutMinutes,
  type SandboxProject,
  sourceJson,
} from './project.ts';
import { type BuildRecord, buildId, type PhaseRecord } from './record.ts';

/** A build in the words of BatchGetBuilds: times in epoch seconds with a fraction. */
export function buildJson(record: BuildRecord, project: SandboxProject, account: SandboxAccount): object {
  const { wishes, endedAt } = record;
  return {
    id: buildId(record),
    arn: buildArn(record, account),
    buildNumber: record.number,
    startTime: record.startedAt / 1000,
    ...(endedAt === undefined ? {} : { endTime: endedAt / 1000 }),
    currentPhase: record.phases.at(-1)?.type ?? 'SUBMITTED',
    buildStatus: record.status ?? 'IN_PROGRESS',
    ...(wishes.sourceVersion === undefined ? {} : { sourceVersion: wishes.sourceVersion }),
    projectName: record.project,
    phases: record.phases.map(phaseJson),
    source: sourceJson(project, wishes.buildspec),
    secondarySources: [],
    secondarySourceVersions: [],
    artifacts: {
      location: `arn:aws:s3:::${project.artifact.bucket}/${project.artifact.key}`,
      ...(record.artifact ? { sha256sum: record.artifact.sha256, md5sum: record.artifact.md5 } : {}),
      overrideArtifactName: false,
      encryptionDisabled: true,
    },
    cache: { type: 'NO_CACHE' },
    environment: environmentJson(project, wishes.variables),
    serviceRole: project.serviceRole,
    logs: logsJson(record, account),
    timeoutInMinutes: wishes.timeoutMinutes ?? projectTimeoutMinutes,
    queuedTimeoutInMinutes: wishes.queuedTimeoutMinutes ?? queuedTimeoutMinutes,
    buildComplete: record.status !== undefined,
    initiator: record.initiator,
    encryptionKey: encryptionKey(account),
  };
}

export function buildArn(record: Pick<BuildRecord, 'project' | 'uuid'>, account: SandboxAccount): string {
  return `arn:aws:codebuild:${account.region}:${account.accountId}:build/${buildId(record)}`;
}

/** Phases of the service itself, before the container: they never carry contexts when they succeed. */
const phasesWithoutContexts = new Set(['SUBMITTED', 'QUEUED', 'COMPLETED']);

function phaseJson({ type, status, startedAt, endedAt, contexts }: PhaseRecord): object {
  const said = contexts.map(({ code, message }) => ({ statusCode: code, message }));
  // A phase that succeeded says so by one empty context; a stopped one has none.
  const nothing = status === 'SUCCEEDED' && !phasesWithoutContexts.has(type);
  const shown = said.length === 0 && nothing ? [{ statusCode: '', message: '' }] : said;
  return {
    phaseType: type,
    ...(status === undefined ? {} : { phaseStatus: status }),
    startTime: startedAt / 1000,
    ...(endedAt === undefined
      ? {}
      : { endTime: endedAt / 1000, durationInSeconds: Math.floor((endedAt - startedAt) / 1000) }),
    ...(shown.length === 0 ? {} : { contexts: shown }),
  };
}

/** Until PROVISIONING names the stream, CodeBuild's links hold the word `null` in its place. */
function logsJson({ log }: BuildRecord, account: SandboxAccount): object {
  const { region, accountId } = account;
  const console = `https://console.aws.amazon.com/cloudwatch/home?region=${region}#`;
  const link =
    log === undefined
      ? 'logEvent:group=null;stream=null'
      : `logsV2:log-groups/log-group/${consolePart(log.group)}/log-events/${consolePart(log.stream)}`;
  const arn = `arn:aws:logs:${region}:${accountId}`;
  return {
    ...(log === undefined ? {} : { groupName: log.group, streamName: log.stream }),
    deepLink: console + link,
    cloudWatchLogsArn: `${arn}:log-group:${log?.group ?? null}:log-stream:${log?.stream ?? null}`,
    cloudWatchLogs: { status: 'ENABLED' },
    s3Logs: { status: 'DISABLED', encryptionDisabled: false },
  };
}

/** The console's own encoding of a name in the fragment: percent-encoded twice, `$` for the outer `%`. */
function consolePart(name: string): string {
  return encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');
}
