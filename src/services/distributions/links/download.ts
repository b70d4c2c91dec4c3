import { type FileHandle, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { unsafePath } from '../../../domain/package-names.ts';
import type { DownloadedPackage, Say } from '../../../domain/ports/links.ts';
import { transfer } from '../../aws-call.ts';
import { cleanText } from '../../clean-text.ts';
import { saveFile, wholePath } from '../../save-file.ts';
import type { DistributionsDeps } from '../deps.ts';
import { isDamaged } from '../is-damaged.ts';
import type { Measure } from '../package/staged-file.ts';
import type { PackageBucket } from '../package-bucket.ts';
import { measure } from './measure.ts';

/** The very version that a package's links serve, read with a signed request; `taken` is handed its bytes in order. */
export async function readSigned(
  deps: Pick<DistributionsDeps, 'aws'>,
  place: PackageBucket,
  entry: Pick<PackageEntry, 'key' | 'versionId' | 'size'>,
  say: Say,
  signal: AbortSignal,
  begin: () => Promise<(chunk: Uint8Array) => Promise<unknown>> = async () => async () => {},
): Promise<Measure> {
  const { key, versionId } = entry;
  return deps.aws.call(
    {
      doing: `Reading ${cleanText(key)} from ${place.bucket}`,
      action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
    },
    signal,
    async (abortSignal) => {
      // A try after a cut connection begins anew.
      const taken = await begin();
      const answer = await (await deps.aws.s3(place.region)).send(
        new GetObjectCommand({
          Bucket: place.bucket,
          Key: key,
          ...(versionId === undefined ? {} : { VersionId: versionId }),
        }),
        { abortSignal },
      );
      const body = answer.Body as Readable;
      // What the SDK finds when nobody reads any more must not end the program.
      body.on('error', () => {});
      const stop = () => body.destroy(new DOMException('Aborted', 'AbortError'));
      abortSignal.addEventListener('abort', stop, { once: true });
      try {
        return await measure(body, answer.ContentLength, say, taken);
      } catch (error) {
        throw isDamaged(error) ? damagedOnTheWay(key, error) : error;
      } finally {
        abortSignal.removeEventListener('abort', stop);
      }
    },
    transfer,
  );
}

function damagedOnTheWay(key: string, cause: unknown): AppError {
  return new AppError({
    kind: 'failed',
    message: `${cleanText(key)} came damaged: it does not have the checksum that S3 keeps for it.`,
    hint: 'Try again; something between here and S3 may change downloads.',
    retryable: true,
    cause,
  });
}

/**
 * Downloads a package into a file that appears whole or not at all. `path` may name a folder, and one that ends in `/`
 * must.
 * @returns `exists` where there is such a file and it may not be replaced.
 * @throws AppError `not-found` where there is no such folder, `failed` where the bytes are not those recorded; the file is not made then.
 */
export async function download(
  deps: Pick<DistributionsDeps, 'aws' | 'home'>,
  place: PackageBucket,
  entry: PackageEntry,
  options: { path: string; overwrite: boolean },
  say: Say,
  signal: AbortSignal,
): Promise<DownloadedPackage | 'exists'> {
  const path = await fileFor(deps, options.path, entry);
  if (!options.overwrite && (await exists(path))) return 'exists';
  const target = {
    path,
    overwrite: options.overwrite,
    what: 'The package',
    hint: 'Name another file.',
    mode: 0o644,
  };
  const write = async (file: FileHandle) => {
    const begin = async () => {
      await file.truncate(0);
      let at = 0;
      return async (chunk: Uint8Array) => {
        await writeAll(file, chunk, at);
        at += chunk.length;
      };
    };
    const found = await readSigned(deps, place, entry, say, signal, begin);
    mustBeRecorded(found, entry);
    return found;
  };
  const saved = await saveFile(target, write, signal);
  if (saved === 'exists') return saved;
  return {
    path: cleanText(path),
    bytes: saved.size,
    checksum: saved.sha256,
    isRecorded: entry.checksum !== undefined,
  };
}

async function writeAll(file: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await file.write(chunk, written, chunk.length - written, at + written)).bytesWritten;
  }
}

async function fileFor(
  deps: Pick<DistributionsDeps, 'home'>,
  given: string,
  { filename }: PackageEntry,
): Promise<string> {
  const path = wholePath(given, deps);
  const isFolder = await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
  // Else a file would get the name that was meant for a folder.
  if (!isFolder && given.endsWith('/')) throw noFolder(given);
  if (!isFolder) return path;
  // The name comes out of the bucket.
  const isName = !filename.includes('/') && unsafePath(filename) === undefined;
  return join(path, isName ? filename : 'package.zip');
}

function noFolder(given: string): AppError {
  return new AppError({
    kind: 'not-found',
    message: `There is no folder ${cleanText(given)}.`,
    hint: 'Make it first, or leave out the / at its end for a file of that name.',
  });
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

function mustBeRecorded(found: Measure, entry: PackageEntry): void {
  if (entry.checksum === undefined || found.sha256 === entry.checksum) return;
  throw new AppError({
    kind: 'failed',
    message: `${entry.key} is not the recorded package: sha256 ${found.sha256} instead of ${entry.checksum}.`,
    hint: 'Nothing was saved. Somebody may have replaced it; make a new distribution.',
  });
}
