import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { AppError, isAbort } from '../domain/errors.ts';

export type UnpackLimits = {
  maxEntries: number;
  /** Bytes of all files together, unpacked. */
  maxBytes: number;
  /** Folders, also those that only stand in the names of files: one name can hold hundreds. */
  maxFolders: number;
};

/** A source of 100,000 files or 2 GB is no source of a sign-in binary. */
export const defaultUnpackLimits: UnpackLimits = {
  maxEntries: 100_000,
  maxBytes: 2 * 1024 ** 3,
  maxFolders: 100_000,
};

export type UnpackSummary = {
  files: number;
  bytes: number;
  /** Names of links and devices, which are left out: a link could lead the next file out of the folder. */
  skipped: string[];
};

const typeMask = 0o170000;
const regularFile = 0o100000;
const maxPathBytes = 1_024;
/** Folders within folders; what packages of packages come to is a third of it. */
const maxDepth = 64;

function refuse(message: string, cause?: unknown): AppError {
  return new AppError({
    kind: 'invalid',
    message: `The source zip was refused: ${message}.`,
    hint: 'Pack the source again and upload it.',
    cause,
  });
}

/** yauzl has refused absolute names and `..` already; what is left are names that a file system trips over. */
function checkName(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..') || name.includes('\0'))
    throw refuse('a file in it has no proper name');
  if (Buffer.byteLength(name) > maxPathBytes) throw refuse('the name of a file in it is too long');
  if (parts.length > maxDepth) throw refuse('its folders are nested too deeply');
  return parts.join('/');
}

/** Unix mode of an entry; 0 where it was made on a system without. */
function modeOf(entry: Entry): number {
  const unix = 3;
  const macos = 19;
  const madeOn = entry.versionMadeBy >>> 8;
  return madeOn === unix || madeOn === macos ? entry.externalFileAttributes >>> 16 : 0;
}

/** What the entries unpack to, and whether it is what was packed. */
type Counter = { bytes: number; crc: number };

/** Counts what really comes out, whatever the entries claim. */
function meter(counter: Counter, budget: number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      counter.bytes += chunk.length;
      counter.crc = crc32(chunk, counter.crc);
      if (counter.bytes > budget) done(tooBig());
      else done(null, chunk);
    },
  });
}

const tooBig = (): AppError => refuse('what is in it is too large');

/** Unpacks one file and returns its size. */
async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  path: string,
  budget: number,
  signal: AbortSignal,
): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  // Never over a file that is there: two entries of one name, or of one name to this file system.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(path, flags, (modeOf(entry) & 0o111) === 0 ? 0o644 : 0o755);
  const counter: Counter = { bytes: 0, crc: 0 };
  try {
    const packed = await zip.openReadStreamPromise(entry);
    await pipeline(packed, meter(counter, budget), file.createWriteStream(), { signal });
  } finally {
    // The stream closes it, unless there never was one: an encrypted entry cannot be opened.
    await file.close();
  }
  if (counter.crc !== entry.crc32 >>> 0) throw refuse('a file in it is damaged');
  return counter.bytes;
}

/** Counts the folders that a file's or a folder's name brings along. */
function createFolderCount(maxFolders: number): (folder: string) => void {
  const known = new Set<string>(['.']);
  return (folder) => {
    for (let path = folder; !known.has(path); path = dirname(path)) {
      known.add(path);
      if (known.size > maxFolders + 1) throw refuse('it holds too many folders');
    }
  };
}

async function unpackEntries(
  zip: ZipFile,
  dir: string,
  limits: UnpackLimits,
  signal: AbortSignal,
): Promise<UnpackSummary> {
  const summary: UnpackSummary = { files: 0, bytes: 0, skipped: [] };
  const countFolder = createFolderCount(limits.maxFolders);
  let entries = 0;
  for await (const entry of zip.eachEntry()) {
    signal.throwIfAborted();
    entries += 1;
    if (entries > limits.maxEntries) throw refuse('it holds too many files');
    const name = checkName(entry.fileName);
    const type = modeOf(entry) & typeMask;
    if (entry.fileName.endsWith('/')) {
      countFolder(name);
      await mkdir(join(dir, name), { recursive: true });
    } else if (type !== 0 && type !== regularFile) {
      summary.skipped.push(name);
    } else {
      if (entry.uncompressedSize > limits.maxBytes - summary.bytes) throw tooBig();
      countFolder(dirname(name));
      summary.bytes += await unpackEntry(
        zip,
        entry,
        join(dir, name),
        limits.maxBytes - summary.bytes,
        signal,
      );
      summary.files += 1;
    }
  }
  return summary;
}

const nameClash = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ELOOP']);

function explain(error: unknown): unknown {
  if (error instanceof AppError || isAbort(error)) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return refuse('it is damaged, encrypted or no zip', error);
  if (nameClash.has(code)) return refuse('two files in it have the same name', error);
  if (code === 'ENAMETOOLONG') return refuse('the name of a file in it is too long', error);
  return new AppError({
    kind: 'failed',
    message: `The source zip could not be unpacked (${code}).`,
    hint: 'Look at the free space and the permissions of the data folder.',
    cause: error,
  });
}

/**
 * Unpacks a stranger's zip into `dir`, an empty folder of ours: no name leaves it, no link is made, sizes are counted
 * as they come out, checksums are compared, modes are 0755 for executables and 0644 for the rest.
 * What was unpacked before an error or an abort stays: the caller removes the folder.
 * @throws AppError `invalid` for a zip that is damaged or hostile, `failed` where this machine fails
 */
export async function unpackZip(
  path: string,
  dir: string,
  limits: UnpackLimits,
  signal: AbortSignal,
): Promise<UnpackSummary> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(path, { autoClose: false });
    return await unpackEntries(zip, dir, limits, signal);
  } catch (error) {
    throw explain(error);
  } finally {
    zip?.close();
  }
}
