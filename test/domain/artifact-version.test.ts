import { describe, expect, it } from 'vitest';
import {
  artifactCandidates,
  artifactLocation,
  artifactWindow,
  type ObjectVersion,
} from '../../src/domain/artifact-version.ts';
import type { Build } from '../../src/domain/build.ts';

const minute = 60_000;
const start = Date.UTC(2026, 10, 20, 10);

function buildAt(uploadFrom?: number, uploadTo?: number): Build {
  return {
    id: 'p:1',
    project: 'p',
    uuid: '1',
    status: 'SUCCEEDED',
    startedAt: start,
    endedAt: start + 13 * minute,
    phases:
      uploadFrom === undefined || uploadTo === undefined
        ? []
        : [{ type: 'UPLOAD_ARTIFACTS', startedAt: uploadFrom, endedAt: uploadTo, contexts: [] }],
    target: 'windows',
    log: { kind: 'pending' },
  };
}

const version = (versionId: string, modifiedAt: number): ObjectVersion => ({
  versionId,
  modifiedAt,
  size: 1,
});

describe('where an artifact lies', () => {
  it.each([
    ['arn:aws:s3:::bucket/windows-binaries.zip', { bucket: 'bucket', key: 'windows-binaries.zip' }],
    ['arn:aws-us-gov:s3:::b.c/a/b.zip', { bucket: 'b.c', key: 'a/b.zip' }],
  ])('%s', (arn, location) => {
    expect(artifactLocation(arn)).toEqual(location);
  });

  it.each(['', 'bucket/key', 'arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/', 'arn:aws:ec2:::bucket/key'])(
    '%j is no place in S3',
    (arn) => {
      expect(artifactLocation(arn)).toBeUndefined();
    },
  );
});

describe('which version is the build’s', () => {
  const build = buildAt(start + 12 * minute, start + 12 * minute + 5_000);

  it('is one of its upload’s time, the nearest to its end first', () => {
    const versions = [
      version('newer build', start + 40 * minute),
      version('its own', start + 12 * minute + 4_000),
      version('a little early', start + 11 * minute),
      version('older build', start - 20 * minute),
    ];
    expect(artifactCandidates(build, versions).map(({ versionId }) => versionId)).toEqual([
      'its own',
      'a little early',
    ]);
  });

  it('is looked for in the whole build where the phase has no times', () => {
    expect(artifactWindow(buildAt())).toEqual({ from: start, to: start + 13 * minute });
    expect(artifactCandidates(buildAt(), [version('x', start + minute)])).toHaveLength(1);
  });

  it('is none of a build without times', () => {
    const { startedAt: _from, endedAt: _to, ...timeless } = buildAt();
    expect(artifactCandidates(timeless, [version('x', start)])).toEqual([]);
  });
});
