import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { AppError } from '../../../domain/errors.ts';
import { packageRoot } from '../../../domain/package-names.ts';
import { diskFailure } from '../disk-failure.ts';
import { createProgress, type RunContext } from '../run-context.ts';
import { partSize } from '../upload/package-object.ts';
import type { StagedFile } from './staged-file.ts';
import { measureZip, type PackedZip } from './zip-measure.ts';

export type { PackedZip } from './zip-measure.ts';

/**
 * The time of every file in the zip, so that the same files give the same bytes. A zip holds local times without a
 * zone: local fields here make them the same everywhere.
 */
const entryTime = new Date(1980, 0, 1);

/**
 * PACK: writes the zip as a stream. Every file is hashed once more on its way in and must still be what CHECK saw.
 * @returns size and sha256 of the zip.
 */
export async function pack(
  files: readonly StagedFile[],
  zipFile: string,
  context: RunContext,
): Promise<PackedZip> {
  const zip = new ZipFile();
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const progress = createProgress(context, total);
  let packed = 0;
  let reading: Readable | undefined;
  const abort = new AbortController();
  const fail = (error: unknown) => abort.abort(error);
  zip.on('error', fail);

  for (const file of files) {
    zip.addReadStreamLazy(
      `${packageRoot}/${file.path}`,
      { mtime: entryTime, forceDosTimestamp: true, mode: 0o100000 | file.mode, size: file.size },
      (ready) => {
        reading = checkedStream(file, fail, (bytes) => {
          packed += bytes;
          progress(packed);
        });
        ready(null, reading);
      },
    );
  }
  zip.end();

  const measure = measureZip(partSize(total * 2));
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      measure.update(chunk);
      done(null, chunk);
    },
  });
  const output = createWriteStream(zipFile, { mode: 0o600, flags: 'wx' });
  try {
    const signal = AbortSignal.any([context.signal, abort.signal]);
    await pipeline(zip.outputStream as Readable, through, output, { signal });
  } catch (error) {
    context.signal.throwIfAborted();
    throw diskFailure(abort.signal.aborted ? abort.signal.reason : error);
  } finally {
    reading?.destroy();
  }
  abort.signal.throwIfAborted();
  return measure.result();
}

/** yazl does not listen for errors of what it is given: they end the whole by `fail`. */
function checkedStream(
  file: StagedFile,
  fail: (error: unknown) => void,
  onBytes: (bytes: number) => void,
): Readable {
  const hash = createHash('sha256');
  const stream = createReadStream(file.file);
  stream.on('data', (chunk) => {
    hash.update(chunk);
    onBytes(chunk.length);
  });
  stream.on('error', fail);
  stream.on('end', () => {
    if (hash.digest('hex') !== file.sha256) fail(changed(file));
  });
  return stream;
}

function changed(file: StagedFile): AppError {
  return new AppError({
    kind: 'failed',
    message: `${file.path} changed while it was being packed.`,
    hint: 'Is the disk full or failing? Try again.',
  });
}
