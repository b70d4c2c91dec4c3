import type {
  LogsLocation,
  ProjectEnvironment,
  Build as SdkBuild,
  BuildPhase as SdkPhase,
  Project as SdkProject,
} from '@aws-sdk/client-codebuild';
import type { Build, BuildArtifact, BuildStatus, LogLocation, Phase, Project } from '../../domain/build.ts';
import { splitBuildId } from '../../domain/build-id.ts';
import { sanitiseText } from '../../domain/sanitise.ts';
import { targetOfProject } from '../../domain/targets.ts';

const statuses: readonly string[] = ['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'FAULT', 'TIMED_OUT', 'STOPPED'];

/** An empty text says nothing, and CodeBuild's early answers hold the word `null` for what is not there yet. */
const text = (value: string | undefined): string | undefined =>
  typeof value !== 'string' || value === '' || value === 'null' ? undefined : sanitiseText(value);

/** The SDK hands on whatever stands where its types promise a number. */
const number = (value: number | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

const time = (value: Date | undefined): number | undefined => {
  const ms = value?.getTime();
  return ms === undefined || Number.isNaN(ms) ? undefined : ms;
};

const status = (value: string): BuildStatus =>
  statuses.includes(value) ? (value as BuildStatus) : 'UNKNOWN';

/** `{}` where there is no value: absent keys instead of undefined ones. */
function maybe<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

/**
 * CodeBuild's build as the program knows it; undefined for one without a usable id. Every field of the SDK's type is
 * optional and values newer than its enums pass through it, so nothing is taken for granted here.
 */
export function toBuild(raw: SdkBuild): Build | undefined {
  const id = text(raw.id);
  const parts = id === undefined ? undefined : splitBuildId(id);
  if (id === undefined || parts === undefined) return undefined;
  const source = raw.source;
  return {
    id,
    ...parts,
    status: raw.buildStatus === undefined ? 'UNKNOWN' : status(raw.buildStatus),
    phases: (raw.phases ?? []).flatMap(toPhase),
    target: targetOfProject(parts.project, raw.environment?.type),
    log: toLogLocation(raw.logs),
    ...maybe('arn', text(raw.arn)),
    ...maybe('number', number(raw.buildNumber)),
    ...maybe('currentPhase', text(raw.currentPhase)),
    ...maybe('startedAt', time(raw.startTime)),
    ...maybe('endedAt', time(raw.endTime)),
    ...maybe('initiator', text(raw.initiator)),
    ...maybe('artifact', toArtifact(raw.artifacts)),
    ...(source?.type
      ? {
          source: {
            type: sanitiseText(source.type),
            ...maybe('location', text(source.location)),
            ...maybe('version', text(raw.resolvedSourceVersion ?? raw.sourceVersion)),
          },
        }
      : {}),
    ...maybe('environment', toEnvironment(raw.environment)),
    ...maybe('timeoutMinutes', number(raw.timeoutInMinutes)),
  };
}

function toPhase(raw: SdkPhase): Phase[] {
  const type = text(raw.phaseType);
  if (type === undefined) return [];
  const startedAt = time(raw.startTime);
  const seconds = number(raw.durationInSeconds);
  const endedAt =
    time(raw.endTime) ??
    (startedAt !== undefined && seconds !== undefined ? startedAt + seconds * 1000 : undefined);
  return [
    {
      type,
      // A running phase has no status; some answers say IN_PROGRESS instead.
      ...(raw.phaseStatus && raw.phaseStatus !== 'IN_PROGRESS' ? { status: status(raw.phaseStatus) } : {}),
      ...maybe('startedAt', startedAt),
      ...maybe('endedAt', endedAt),
      contexts: (raw.contexts ?? []).flatMap((context) => {
        const code = text(context.statusCode) ?? '';
        const message = text(context.message) ?? '';
        return code || message ? [{ code, message }] : [];
      }),
    },
  ];
}

/**
 * Early answers hold links with `group=null;stream=null`, or an ARN of the word null: only a group and a stream that are
 * both named can be read. The stream is made during PROVISIONING.
 */
function toLogLocation(raw: LogsLocation | undefined): LogLocation {
  const group = text(raw?.groupName);
  const stream = text(raw?.streamName);
  if (group !== undefined && stream !== undefined) return { kind: 'cloudwatch', group, stream };
  if (raw?.cloudWatchLogs?.status !== 'DISABLED') return { kind: 'pending' };
  return raw.s3Logs?.status === 'ENABLED'
    ? { kind: 's3-only', location: text(raw.s3LogsArn) ?? text(raw.s3Logs.location) ?? '' }
    : { kind: 'disabled' };
}

function toArtifact(raw: SdkBuild['artifacts']): BuildArtifact | undefined {
  const artifact = {
    ...maybe('location', text(raw?.location)),
    ...maybe('sha256', text(raw?.sha256sum)),
    ...maybe('md5', text(raw?.md5sum)),
  };
  return Object.keys(artifact).length > 0 ? artifact : undefined;
}

function toEnvironment(raw: ProjectEnvironment | undefined): Build['environment'] {
  if (!raw?.type || !raw.computeType) return undefined;
  return {
    type: sanitiseText(raw.type),
    computeType: sanitiseText(raw.computeType),
    ...maybe('image', text(raw.image)),
  };
}

/** CodeBuild's project as the program knows it; undefined for one without a name. */
export function toProject(raw: SdkProject): Project | undefined {
  const name = text(raw.name);
  if (name === undefined) return undefined;
  return {
    name,
    target: targetOfProject(name, raw.environment?.type),
    ...(raw.source?.type
      ? { source: { type: sanitiseText(raw.source.type), ...maybe('location', text(raw.source.location)) } }
      : {}),
    ...maybe('environment', toEnvironment(raw.environment)),
    ...maybe('timeoutMinutes', number(raw.timeoutInMinutes)),
  };
}
