import { open } from 'node:fs/promises';
import { packageRoot } from '../../../domain/package-names.ts';
import { diskFailure } from '../disk-failure.ts';
import { createProgress, type RunContext } from '../run-context.ts';
import { partSize } from '../upload/package-object.ts';
import type { StagedFile } from './staged-file.ts';
import { measureZip, type PackedZip } from './zip-measure.ts';
import { writeZip } from './zip-writer.ts';

export type { PackedZip } from './zip-measure.ts';

/** More than headers and stored blocks add to a file. */
const overheadBytes = 1024;

/**
 * PACK: writes the zip as a stream. Every file is hashed once more on its way in and must still be what CHECK saw.
 * @returns size and sha256 of the zip and of the parts it will be uploaded in.
 */
export async function pack(
  files: readonly StagedFile[],
  zipFile: string,
  context: RunContext,
): Promise<PackedZip> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const most = files.reduce((sum, { size }) => sum + Math.ceil(size * 1.001) + overheadBytes, 0);
  const measure = measureZip(partSize(most));
  const progress = createProgress(context, total);
  let read = 0;
  try {
    const output = await open(zipFile, 'wx', 0o600);
    try {
      await writeZip(files, packageRoot, {
        signal: context.signal,
        async write(pieces) {
          for (const piece of pieces) measure.update(piece);
          await writeAll(output, pieces);
        },
        onRead(bytes) {
          read += bytes;
          progress(read);
        },
      });
    } finally {
      await output.close();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    throw diskFailure(error);
  }
  return measure.result();
}

/** A full disk may take a part of what is written, without an error. */
async function writeAll(
  output: Awaited<ReturnType<typeof open>>,
  pieces: readonly Uint8Array[],
): Promise<void> {
  const wanted = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { bytesWritten } = await output.writev([...pieces]);
  if (bytesWritten === wanted) return;
  for (let rest = Buffer.concat(pieces).subarray(bytesWritten); rest.length > 0; ) {
    rest = rest.subarray((await output.write(rest)).bytesWritten);
  }
}
