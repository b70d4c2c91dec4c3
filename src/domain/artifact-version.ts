import type { Build } from './build.ts';

/** A version of an object as S3 lists it; `versionId` is `null` (the word) in a bucket without versions. */
export type ObjectVersion = { versionId: string; modifiedAt: number; size: number };

export type ArtifactLocation = { bucket: string; key: string };

/** Bucket and key of `arn:aws:s3:::bucket/key`, as builds name their artifact; undefined for anything else. */
export function artifactLocation(arn: string): ArtifactLocation | undefined {
  const match = /^arn:[a-z-]+:s3:::([a-z0-9.-]{3,63})\/(.+)$/.exec(arn);
  const [, bucket, key] = match ?? [];
  return bucket && key ? { bucket, key } : undefined;
}

/** S3 and CodeBuild need not agree to the second on when something was written. */
const slackMs = 120_000;

/** When a build wrote its artifact: its UPLOAD_ARTIFACTS phase, or the whole build where that phase has no times. */
export function artifactWindow(build: Build): { from: number; to: number } | undefined {
  const phase = build.phases.find(({ type }) => type === 'UPLOAD_ARTIFACTS');
  const from = phase?.startedAt ?? build.startedAt;
  const to = phase?.endedAt ?? build.endedAt;
  return from === undefined || to === undefined ? undefined : { from, to };
}

/**
 * The versions that can be the build's artifact, the likeliest first. ccwb's projects all write to one fixed key,
 * so what lies there now is often another build's: time narrows it down, and the checksum decides.
 */
export function artifactCandidates(build: Build, versions: readonly ObjectVersion[]): ObjectVersion[] {
  const window = artifactWindow(build);
  if (!window) return [];
  const distance = (version: ObjectVersion) => Math.abs(version.modifiedAt - window.to);
  return versions
    .filter(({ modifiedAt }) => modifiedAt >= window.from - slackMs && modifiedAt <= window.to + slackMs)
    .sort((a, b) => distance(a) - distance(b));
}
