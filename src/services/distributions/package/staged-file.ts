import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../domain/errors.ts';
import { packageMode } from '../../../domain/package-names.ts';
import { cleanText } from '../../clean-text.ts';
import { onDisk } from '../disk-failure.ts';

/** A file of the package to be, under a name of ours in the work folder. */
export type StagedFile = {
  /** In the package. */
  path: string;
  /** On disk; never made of a stranger's name. */
  file: string;
  size: number;
  sha256: string;
  mode: number;
  /** Where it comes from, in words. */
  origin: string;
};

/** What went through a stream. */
export type Measure = { size: number; sha256: string };

/**
 * A pass-through that counts and hashes. More than `limit` bytes end it with a RangeError: whoever announced fewer
 * was lying or is still writing.
 */
export function measuring(options: { limit?: number; onBytes?: (done: number) => void } = {}): {
  through: Transform;
  result(): Measure;
} {
  const hash = createHash('sha256');
  let size = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (options.limit !== undefined && size > options.limit) {
        done(new RangeError(`more than ${options.limit} bytes`));
        return;
      }
      hash.update(chunk);
      options.onBytes?.(size);
      done(null, chunk);
    },
  });
  return { through, result: () => ({ size, sha256: hash.digest('hex') }) };
}

/** Writes a stream into a new private file and measures it on the way. */
export async function writeMeasured(
  source: Readable,
  file: string,
  signal: AbortSignal,
  options: { limit?: number; onBytes?: (done: number) => void } = {},
): Promise<Measure> {
  const measure = measuring(options);
  // The SDK's body still compares checksums when nobody listens any more: its error would end the program.
  source.on('error', () => {});
  // Only ever a new file: what lies there may lead elsewhere, or is what an attempt before this one began. Without a
  // wait, during which nobody would hear the source fail.
  await onDisk(() => {
    rmSync(file, { force: true });
    const output = createWriteStream(file, { mode: 0o600, flags: 'wx' });
    return pipeline(source, measure.through, output, { signal });
  });
  return measure.result();
}

/**
 * A file of the user's, copied so that nobody changes it between its check and its way into the zip.
 * @throws AppError naming it where it cannot be read.
 */
export async function stageCopy(
  from: string,
  staged: Pick<StagedFile, 'path' | 'file' | 'origin'> & { mode: number },
  signal: AbortSignal,
): Promise<StagedFile> {
  const source = createReadStream(from);
  let failure: unknown;
  source.on('error', (error: NodeJS.ErrnoException) => {
    // It hears of what the copy failed of, too, which is never read.
    if (error.syscall === 'read' || error.path === from) failure = error;
  });
  try {
    const measure = await writeMeasured(source, staged.file, signal);
    return { ...staged, ...measure, mode: packageMode(staged.path, staged.mode) };
  } catch (error) {
    signal.throwIfAborted();
    throw failure === undefined ? error : unreadableFile(from, failure);
  }
}

/** A file of the user's that cannot be read. */
export function unreadableFile(file: string, error: unknown): AppError {
  const { code } = error as NodeJS.ErrnoException;
  return new AppError({
    kind: 'failed',
    message: `The file ${cleanText(file)} cannot be read (${cleanText(code ?? String(error))}).`,
    hint: 'Look at its permissions, or leave it out of the folder.',
    cause: error,
  });
}

/** A file made by the program. */
export async function stageText(
  text: string,
  staged: Pick<StagedFile, 'path' | 'file' | 'origin'>,
): Promise<StagedFile> {
  const bytes = Buffer.from(text);
  await onDisk(() => writeFile(staged.file, bytes, { mode: 0o600, flag: 'wx' }));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...staged, size: bytes.length, sha256, mode: packageMode(staged.path, 0) };
}
