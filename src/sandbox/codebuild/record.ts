import type { BuildStatus, PhaseContext } from '../../domain/build.ts';

/** How a phase or a build can end. */
export type EndStatus = Exclude<BuildStatus, 'IN_PROGRESS' | 'UNKNOWN'>;

/** Times are epoch milliseconds. */
export type PhaseRecord = {
  type: string;
  startedAt: number;
  /** Both absent while the phase runs, and always for COMPLETED. */
  status?: EndStatus;
  endedAt?: number;
  contexts: PhaseContext[];
};

/** What StartBuild was asked for beyond the project's own; a retry asks for the same. */
export type BuildWishes = {
  variables: { name: string; value: string }[];
  buildspec?: string;
  timeoutMinutes?: number;
  queuedTimeoutMinutes?: number;
  /** Version of the source object in its bucket. */
  sourceVersion?: string;
};

/** A build as it is kept on disk. */
export type BuildRecord = {
  uuid: string;
  project: string;
  /** Counts from 1 per project. */
  number: number;
  initiator: string;
  startedAt: number;
  endedAt?: number;
  /** Absent while it is in progress. */
  status?: EndStatus;
  phases: PhaseRecord[];
  wishes: BuildWishes;
  /** Known from PROVISIONING on. */
  log?: { group: string; stream: string };
  /** Hex digests of the zip in the bucket. */
  artifact?: { sha256: string; md5: string };
  /** The idempotency token it was started with. */
  token?: { value: string; fingerprint: string; at: number };
};

/** `project:uuid`, as the service names builds. */
export function buildId(record: Pick<BuildRecord, 'project' | 'uuid'>): string {
  return `${record.project}:${record.uuid}`;
}

/** A build just submitted; it queues from the same moment. */
export function newRecord(fields: Omit<BuildRecord, 'phases' | 'endedAt' | 'status'>): BuildRecord {
  const startedAt = Math.trunc(fields.startedAt);
  const submitted: BuildRecord = {
    ...fields,
    startedAt,
    phases: [{ type: 'SUBMITTED', startedAt, contexts: [] }],
  };
  return beginPhase(submitted, 'QUEUED', startedAt);
}

/** Starts a phase; one that still runs has ended well by that. Does nothing where it is the one that runs. */
export function beginPhase(record: BuildRecord, type: string, at: number): BuildRecord {
  const open = openPhase(record);
  if (record.status !== undefined || open?.type === type) return record;
  const closed = open === undefined ? record : endPhase(record, open.type, 'SUCCEEDED', at, []);
  return { ...closed, phases: [...closed.phases, { type, startedAt: notBefore(closed, at), contexts: [] }] };
}

/** Ends the phase that runs, whatever its name: a phase that was never announced began where the last one ended. */
export function endPhase(
  record: BuildRecord,
  type: string,
  status: EndStatus,
  at: number,
  contexts: readonly PhaseContext[],
): BuildRecord {
  if (record.status !== undefined) return record;
  const started = beginPhase(record, type, at);
  const phases = started.phases.map((phase, index) =>
    index === started.phases.length - 1
      ? { ...phase, status, endedAt: notBefore(started, at), contexts: [...contexts] }
      : phase,
  );
  return { ...started, phases };
}

/**
 * Ends a build. A phase that still runs ends with it, carrying the reason; COMPLETED gets no end, as CodeBuild has it.
 */
export function endBuild(
  record: BuildRecord,
  status: EndStatus,
  at: number,
  contexts: readonly PhaseContext[] = [],
): BuildRecord {
  if (record.status !== undefined) return record;
  const open = openPhase(record);
  const closed = open === undefined ? record : endPhase(record, open.type, status, at, contexts);
  const endedAt = notBefore(closed, at);
  return {
    ...closed,
    status,
    endedAt,
    phases: [...closed.phases, { type: 'COMPLETED', startedAt: endedAt, contexts: [] }],
  };
}

/** A time in whole milliseconds, never before what the record already tells: a clock that was set back ends nothing early. */
function notBefore(record: BuildRecord, at: number): number {
  const last = record.phases.at(-1);
  return Math.max(Math.trunc(at), last?.endedAt ?? last?.startedAt ?? 0);
}

/** The phase that runs. */
export function openPhase(record: BuildRecord): PhaseRecord | undefined {
  const last = record.phases.at(-1);
  return last !== undefined && last.status === undefined && last.type !== 'COMPLETED' ? last : undefined;
}
