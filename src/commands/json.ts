import type { Build } from '../domain/build.ts';
import type { Diagnosis } from '../domain/diagnosis/diagnose.ts';
import type { Distribution, DistributionRecord } from '../domain/distribution.ts';

const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

const seconds = (from: number | undefined, to: number | undefined) =>
  from === undefined || to === undefined ? null : Math.round((to - from) / 100) / 10;

/** A build as `builds --json` and `build --json` print it: snake case, ISO times, null for what is not known. */
export function buildJson(build: Build) {
  return {
    id: build.id,
    project: build.project,
    number: build.number ?? null,
    status: build.status,
    phase: build.currentPhase ?? null,
    started: iso(build.startedAt),
    ended: iso(build.endedAt),
    duration_seconds: seconds(build.startedAt, build.endedAt),
    target: build.target,
    initiator: build.initiator ?? null,
    artifact: build.artifact ?? null,
    log: build.log,
    phases: build.phases.map((phase) => ({
      type: phase.type,
      status: phase.status ?? null,
      started: iso(phase.startedAt),
      ended: iso(phase.endedAt),
      duration_seconds: seconds(phase.startedAt, phase.endedAt),
      contexts: phase.contexts,
    })),
  };
}

/** What is known to be wrong with a build, as `build --json` prints it; its line counts from 1. */
export function diagnosisJson(diagnosis: Diagnosis | undefined) {
  if (!diagnosis) return null;
  const { id, cause, fix, line } = diagnosis;
  return { id, cause, fix, line: line === undefined ? null : line + 1 };
}

/** The keys ccwb writes to the parameter: what `distribute --json` prints at least. */
export function recordJson(record: DistributionRecord) {
  return {
    url: record.url,
    expires: iso(record.expiresAt),
    package_key: record.packageKey,
    checksum: record.checksum,
    filename: record.filename,
    created: iso(record.createdAt),
  };
}

/** A distribution just made: ccwb's keys and what only its maker knows. */
export function distributionJson(made: Distribution) {
  return {
    ...recordJson({ ...made, expiryHasZone: true }),
    size: made.size,
    bucket: made.bucket,
    expiry_cause: made.expiryCause,
    builds: made.builds,
    files: made.files.map(({ path, size, sha256, kind, origin }) => {
      return { path, size, sha256: sha256 ?? null, kind: kind ?? null, origin };
    }),
    platforms: made.platforms ?? null,
    missing: made.missing ?? null,
    allowed_ips: made.allowedIps ?? null,
    verified: made.verified,
  };
}

/** One JSON value, indented, on lines of its own. */
export const jsonText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** One JSON value on one line, for streams. */
export const jsonLine = (value: unknown) => `${JSON.stringify(value)}\n`;
