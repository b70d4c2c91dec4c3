import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  type ArtifactLocation,
  artifactCandidates,
  artifactLocation,
  type ObjectVersion,
} from '../../../domain/artifact-version.ts';
import type { Build } from '../../../domain/build.ts';
import { AppError } from '../../../domain/errors.ts';
import { formatBytes } from '../../../domain/format.ts';
import { transfer } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { isDamaged } from '../is-damaged.ts';
import { versionPages, versionsOfKey } from '../list-versions.ts';
import { type Measure, writeMeasured } from '../package/staged-file.ts';
import { createProgress, note, type RunContext } from '../run-context.ts';

/** No artifact of the two binaries comes near; a zip beyond it is a mistake or an attack on the disk. */
const mostBytes = 4 * 1024 ** 3;

/** Downloads of an artifact whose bytes lack the checksum of S3, before it is refused. */
const mostDamaged = 3;

/**
 * Downloads the artifact that a build made, not what lies at its key by now: the version written when the build
 * uploaded, whose sha256 is the one the build reports.
 * @returns where the zip lies on disk.
 * @throws AppError `not-found` where that version is gone or the build left no zip, `invalid` where nothing has the
 *   right checksum.
 */
export async function fetchArtifact(
  deps: DistributionsDeps,
  build: Build,
  newFile: () => string,
  context: RunContext,
): Promise<string> {
  const location = artifactLocation(build.artifact?.location ?? '');
  if (!location) {
    throw new AppError({
      kind: 'not-found',
      message: `Build ${build.id} does not say where its artifact lies.`,
      hint: 'Only artifacts in S3, packed as ZIP, can be shipped; look at the project’s artifact settings.',
    });
  }
  const candidates = await findCandidates(deps, build, location, context);
  const expected = build.artifact?.sha256?.toLowerCase();
  if (expected === undefined && candidates.length !== 1) {
    const isFolder = candidates.length === 0 && (await liesUnpacked(deps, location, context.signal));
    throw isFolder ? unpacked(build, location) : undecided(build, location, candidates.length);
  }
  const wrong: string[] = [];
  for (const version of candidates) {
    const file = newFile();
    const measure = await download(deps, build, location, version, file, context);
    if (expected === undefined) {
      note(
        context,
        `Build ${build.id} reports no sha256: only version and times of its artifact were checked, not its bytes.`,
      );
      return file;
    }
    if (measure.sha256 === expected) return file;
    wrong.push(measure.sha256);
  }
  throw wrong.length > 0 ? mismatch(build, location, expected ?? '', wrong) : gone(build, location);
}

/** Without the permission to list versions, what lies there now is tried: the checksum decides all the same. */
async function findCandidates(
  deps: DistributionsDeps,
  build: Build,
  location: ArtifactLocation,
  context: RunContext,
): Promise<(ObjectVersion | undefined)[]> {
  try {
    return artifactCandidates(build, await listVersions(deps, location, context.signal));
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'permission' || !build.artifact?.sha256) throw error;
    note(context, `${error.message} Taking what lies at ${location.key} now, if its sha256 is the build’s.`);
    return [undefined];
  }
}

async function listVersions(
  deps: DistributionsDeps,
  { bucket, key }: ArtifactLocation,
  signal: AbortSignal,
): Promise<ObjectVersion[]> {
  const place = { bucket, region: deps.deployment.buildRegion };
  const versions: ObjectVersion[] = [];
  for await (const { VersionId, LastModified, Size } of versionsOfKey(deps.aws, place, key, signal)) {
    if (LastModified === undefined) continue;
    versions.push({ versionId: VersionId, modifiedAt: LastModified.getTime(), size: Size ?? 0 });
  }
  return versions;
}

/**
 * Whether the location is a folder: with the packaging NONE CodeBuild reports that of the folder into which it copied
 * the files one by one, and no checksum.
 */
async function liesUnpacked(
  deps: DistributionsDeps,
  { bucket, key }: ArtifactLocation,
  signal: AbortSignal,
): Promise<boolean> {
  const folder = folderOf(key);
  // Copied to the root of the bucket.
  if (folder === '/') return true;
  const place = { bucket, region: deps.deployment.buildRegion };
  const doing = `Listing the files of ${folder} in ${bucket}`;
  for await (const { Versions = [] } of versionPages(deps.aws, place, folder, doing, signal)) {
    if (Versions.length > 0) return true;
  }
  return false;
}

const folderOf = (key: string) => `${key.replace(/\/+$/, '')}/`;

async function download(
  deps: DistributionsDeps,
  build: Build,
  location: ArtifactLocation,
  version: ObjectVersion | undefined,
  file: string,
  context: RunContext,
): Promise<Measure> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await downloadOnce(deps, build, location, version, file, context);
    } catch (error) {
      if (!(error instanceof AppError) || !isDamaged(error.cause)) throw error;
      if (tries >= mostDamaged) throw damaged(build, location, error);
      note(
        context,
        `The artifact of build ${build.id} came damaged, without the checksum that S3 keeps for it (try ${tries} of ${mostDamaged}): downloading it again.`,
      );
    }
  }
}

async function downloadOnce(
  deps: DistributionsDeps,
  build: Build,
  { bucket, key }: ArtifactLocation,
  version: ObjectVersion | undefined,
  file: string,
  context: RunContext,
): Promise<Measure> {
  return deps.aws.call(
    {
      doing: `Downloading the artifact of build ${build.id}`,
      action: version ? 's3:GetObjectVersion' : 's3:GetObject',
    },
    context.signal,
    async (abortSignal) => {
      const answer = await (await deps.aws.s3(deps.deployment.buildRegion)).send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          ...(version && version.versionId !== 'null' ? { VersionId: version.versionId } : {}),
        }),
        { abortSignal },
      );
      const total = answer.ContentLength ?? 0;
      if (total > mostBytes) throw tooLarge(build);
      const progress = createProgress(context, total);
      try {
        return await writeMeasured(answer.Body as Readable, file, abortSignal, {
          limit: mostBytes,
          onBytes: progress,
        });
      } catch (error) {
        if (isDamaged(error)) throw damaged(build, { bucket, key }, error);
        throw error instanceof RangeError ? tooLarge(build) : error;
      }
    },
    transfer,
  );
}

function damaged(build: Build, { bucket, key }: ArtifactLocation, cause: unknown): AppError {
  return new AppError({
    kind: 'invalid',
    message: `Refused the artifact of build ${build.id} in s3://${bucket}/${key}: its bytes came damaged ${mostDamaged} times, without the checksum that S3 keeps for it.`,
    hint: 'Something between here and S3 changes downloads, or it was damaged in the bucket: try from elsewhere, or build again.',
    cause,
  });
}

function gone(build: Build, { bucket, key }: ArtifactLocation): AppError {
  return new AppError({
    kind: 'not-found',
    message: `The artifact of build ${build.id} is no longer in s3://${bucket}/${key}: no version there is from the time it was made.`,
    hint: 'A later build replaced it, and the bucket keeps old versions for a short time only. Build again.',
  });
}

function mismatch(
  build: Build,
  { bucket, key }: ArtifactLocation,
  expected: string,
  found: string[],
): AppError {
  return new AppError({
    kind: 'invalid',
    message: `Refused the artifact of build ${build.id} in s3://${bucket}/${key}: its sha256 is ${found.join(', ')}, the build made ${expected}.`,
    hint: 'It was damaged or replaced after the build. Look at who can write to the bucket, and build again.',
  });
}

function unpacked(build: Build, { bucket, key }: ArtifactLocation): AppError {
  return new AppError({
    // Where other targets have their zips, the user knows whether they will do.
    kind: 'not-found',
    message: `The artifact of build ${build.id} is no zip but a folder of files, s3://${bucket}/${folderOf(key)}, of which the build reports no sha256.`,
    hint: `Set the packaging of the artifacts of the project ${build.project} to ZIP (it is NONE), and build again.`,
  });
}

function undecided(build: Build, { bucket, key }: ArtifactLocation, count: number): AppError {
  const found = count === 0 ? 'no version is' : `${count} versions are`;
  return new AppError({
    kind: count === 0 ? 'not-found' : 'invalid',
    message: `Build ${build.id} reports no sha256, and in s3://${bucket}/${key} ${found} from its time: which one it made cannot be told.`,
    hint: `Set the packaging of the artifacts of the project ${build.project} to ZIP, so that CodeBuild reports their checksum, and build again.`,
  });
}

function tooLarge(build: Build): AppError {
  return new AppError({
    kind: 'invalid',
    message: `Refused the artifact of build ${build.id}: it has more than ${formatBytes(mostBytes)}.`,
    hint: 'Let the build leave only what belongs in a package.',
  });
}
