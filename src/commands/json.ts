import type { Build } from '../domain/build.ts';
import type { Diagnosis } from '../domain/diagnosis/diagnose.ts';
import type { Distribution, DistributionRecord, PackageEntry } from '../domain/distribution.ts';
import { type LinkCheck, madeAt, type Removal } from '../domain/links.ts';

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

/**
 * A package as `links list --json` prints it. `state` is `valid`, `expiring`, `expired`, `revoked` or `gone`; `unknown`
 * where no link of it is known here, as somebody else may have made one. `url` and `expires` are those of the known link
 * that works longest. `not_read` names what the state is told without, as it could not be read: `record`, `policy`,
 * `versions`.
 */
export function packageJson(entry: PackageEntry) {
  return {
    package_key: entry.key,
    filename: entry.filename,
    state: entry.state,
    expires: iso(entry.expiresAt),
    url: entry.url ?? null,
    checksum: entry.checksum ?? null,
    size: entry.size,
    created: iso(madeAt(entry)),
    created_by: entry.by ?? null,
    profile: entry.profile ?? null,
    platforms: entry.platforms ?? [],
    builds: entry.builds ?? [],
    version_id: entry.versionId ?? null,
    allowed_ips: entry.allowedIps ?? null,
    revoked: iso(entry.revokedAt),
    revoking: iso(entry.revokingSince),
    recorded: entry.isRecorded === true,
    covered_by: entry.covered === undefined ? null : coveredBy[entry.covered],
    not_read: entry.unread ?? [],
    landing_page: entry.landingPage ?? null,
    links: (entry.links ?? []).map(({ url, madeAt, expiresAt }) => ({
      url,
      created: iso(madeAt),
      expires: iso(expiresAt),
    })),
  };
}

const coveredBy = { deleted: 'delete-marker', replaced: 'another-object' } as const;

/** What `links verify --json` prints. */
export function checkJson({ verdict, entry, checksum, size, expiresAt, detail }: LinkCheck) {
  return {
    verdict,
    package_key: entry?.key ?? null,
    filename: entry?.filename ?? null,
    checksum: checksum ?? null,
    recorded_checksum: entry?.checksum ?? null,
    size: size ?? null,
    expires: iso(expiresAt),
    detail,
  };
}

/** What `links revoke --json` and `links delete --json` print. */
export function removalJson({ key, how, versions, already, answers, record, remarks }: Removal) {
  return {
    package_key: key,
    how,
    versions_deleted: versions,
    already_revoked: already !== undefined,
    revoked_before: iso(already?.at),
    links: answers.map(({ until, status }) => ({ expires: iso(until), status })),
    record: record.kind === 'moved' ? { kind: 'moved', package_key: record.key } : record,
    remarks,
  };
}

/** One JSON value, indented, on lines of its own. */
export const jsonText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** One JSON value on one line, for streams. */
export const jsonLine = (value: unknown) => `${JSON.stringify(value)}\n`;
