import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { AppError, isAbort } from '../../../domain/errors.ts';
import { formatBytes } from '../../../domain/format.ts';
import {
  checksumsName,
  hostilePath,
  packageMode,
  packagePath,
  packageRole,
  unsafePath,
} from '../../../domain/package-names.ts';
import { cleanText } from '../../clean-text.ts';
import { diskFailure } from '../disk-failure.ts';
import { type StagedFile, writeMeasured } from '../package/staged-file.ts';

/** What a zip may ask of this machine. A package of all platforms is some 200 MB; nobody's binary packs 200 to 1. */
export const unpackLimits = {
  entries: 10_000,
  totalBytes: 6 * 1024 ** 3,
  /** Bytes out of a byte in, looked at above {@link ratioFromBytes}. */
  ratio: 200,
  /** The same of all its files together: programs pack 4 to 1, texts 20 to 1. */
  totalRatio: 100,
  ratioFromBytes: 32 * 1024 ** 2,
};

export type UnpackOptions = {
  zip: string;
  /** Whose it is, for messages: `the artifact of build …`. */
  label: string;
  /** The `origin` of its files. */
  origin: string;
  extraFiles: readonly string[];
  newFile: () => string;
  limits?: typeof unpackLimits;
  /** Bytes there is room for beside a path; absent → what its disk says. */
  freeBytes?: (path: string) => Promise<number>;
};

/** Type bits of a Unix mode. */
const typeMask = 0o170000;
const regular = 0o100000;
const directory = 0o040000;

/**
 * Takes those files out of a zip that belong in a package, each into a new file whose name is ours, so that no name
 * in the zip can lead anywhere. The whole directory is judged first: a zip with one hostile entry gives nothing.
 * @returns the files, and the names passed over because they do not belong in a package, or can be in none and why.
 * @throws AppError `invalid`, naming zip, entry and reason.
 */
export async function unpack(
  options: UnpackOptions,
  signal: AbortSignal,
): Promise<{ files: StagedFile[]; passedOver: string[] }> {
  const zip = await openZip(options);
  try {
    const entries = await judged(zip, options);
    await roomFor(entries, options);
    const files: StagedFile[] = [];
    const passedOver: string[] = [];
    for (const entry of entries) {
      signal.throwIfAborted();
      const path = packagePath(entry.fileName);
      if (path !== undefined && packageRole(path, options.extraFiles) !== undefined) {
        files.push(await extract(zip, entry, path, options, signal));
      } else if (path !== checksumsName && !isFolder(entry)) passedOver.push(passedOverName(entry, path));
    }
    return { files, passedOver };
  } finally {
    zip.close();
  }
}

const isFolder = ({ fileName }: Entry) => fileName.endsWith('/');

function passedOverName({ fileName }: Entry, path: string | undefined): string {
  return path === undefined ? `${shown(fileName)} (${unsafePath(fileName) ?? 'no path'})` : shown(path);
}

async function openZip(options: UnpackOptions): Promise<ZipFile> {
  try {
    return await openPromise(options.zip, { autoClose: false, lazyEntries: true });
  } catch (error) {
    throw refused(options, `it is no readable zip (${reasonOf(error)})`, error);
  }
}

/** All entries, none of which is a reason to refuse the zip. */
async function judged(zip: ZipFile, options: UnpackOptions): Promise<Entry[]> {
  const limits = options.limits ?? unpackLimits;
  if (zip.entryCount > limits.entries) throw refused(options, `it has ${zip.entryCount} entries`);
  const entries: Entry[] = [];
  const seen = new Map<string, string>();
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const reason = hostileEntry(entry, limits) ?? sameName(entry, seen, options.extraFiles);
      if (reason !== undefined) throw refused(options, `${shown(entry.fileName)}: ${reason}`);
      total += entry.uncompressedSize;
      if (total > limits.totalBytes) {
        throw refused(
          options,
          `${shown(entry.fileName)}: its files would fill more than ${limits.totalBytes} bytes`,
        );
      }
      entries.push(entry);
    }
    const bomb = bombOfMany(entries, total, zip, limits);
    if (bomb !== undefined) throw refused(options, bomb);
  } catch (error) {
    // yauzl itself refuses absolute paths and `..`, with a message that names them.
    throw error instanceof AppError ? error : refused(options, reasonOf(error), error);
  }
  return entries;
}

function hostileEntry(entry: Entry, limits: typeof unpackLimits): string | undefined {
  const byName = hostilePath(entry.fileName);
  if (byName !== undefined) return byName;
  const type = (entry.externalFileAttributes >>> 16) & typeMask;
  if (type !== 0 && type !== regular && type !== directory) return 'a link or a device';
  if (entry.isEncrypted()) return 'encrypted';
  if (!entry.canDecodeFileData()) return `packed by a method nobody uses (${entry.compressionMethod})`;
  const { uncompressedSize, compressedSize } = entry;
  if (uncompressedSize > limits.ratioFromBytes && uncompressedSize > compressedSize * limits.ratio) {
    return `a zip bomb (${uncompressedSize} bytes packed into ${compressedSize})`;
  }
  return undefined;
}

/**
 * Many files, each below what is looked at, or all unpacked of the same bytes: the zip has no more than its own size
 * to give, whatever its entries claim.
 */
function bombOfMany(
  entries: readonly Entry[],
  total: number,
  zip: ZipFile,
  limits: typeof unpackLimits,
): string | undefined {
  const claimed = entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  const packed = Math.min(claimed, zip.fileSize);
  if (total <= limits.ratioFromBytes || total <= packed * limits.totalRatio) return undefined;
  const largest = entries.reduce((most, entry) =>
    entry.uncompressedSize > most.uncompressedSize ? entry : most,
  );
  return `${shown(largest.fileName)} and others: a zip bomb (${total} bytes packed into ${packed})`;
}

/** Two entries for one file of the package, also where upper and lower case do not differ: which one is meant? */
function sameName(
  entry: Entry,
  seen: Map<string, string>,
  extraFiles: readonly string[],
): string | undefined {
  const path = packagePath(entry.fileName);
  if (path === undefined) return undefined;
  const other = seen.get(path.toLowerCase());
  seen.set(path.toLowerCase(), path);
  if (other === undefined) return undefined;
  const matters = packageRole(path, extraFiles) ?? packageRole(other, extraFiles);
  return matters ? `it is there twice (as ${shown(other)})` : undefined;
}

/**
 * A disk that fills up half way would fail whatever else runs on this machine.
 * @throws AppError `failed` where the files that would be unpacked do not fit.
 */
async function roomFor(entries: readonly Entry[], options: UnpackOptions): Promise<void> {
  const needed = entries
    .filter(({ fileName }) => packageRole(packagePath(fileName) ?? '', options.extraFiles) !== undefined)
    .reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  const free = await (options.freeBytes ?? freeBytes)(options.zip);
  if (needed <= free) return;
  throw new AppError({
    kind: 'failed',
    message: `There is no room to unpack ${options.label}: it needs ${formatBytes(needed)}, ${formatBytes(free)} are free.`,
    hint: 'Make room, or point TMPDIR at another folder; a package needs about three times its size.',
  });
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(path));
  return bavail * bsize;
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  path: string,
  options: UnpackOptions,
  signal: AbortSignal,
): Promise<StagedFile> {
  const file = options.newFile();
  try {
    const stream = await zip.openReadStreamPromise(entry);
    let sum = 0;
    stream.on('data', (chunk: Buffer) => {
      sum = crc32(chunk, sum);
    });
    const measure = await writeMeasured(stream, file, signal, { limit: entry.uncompressedSize });
    if (measure.size !== entry.uncompressedSize) throw new RangeError(`only ${measure.size} bytes`);
    // yauzl leaves this to its caller.
    if (sum !== entry.crc32) throw new RangeError('its checksum is wrong');
    const unixMode = (entry.externalFileAttributes >>> 16) & 0o7777;
    return { path, file, ...measure, mode: packageMode(path, unixMode), origin: options.origin };
  } catch (error) {
    signal.throwIfAborted();
    if (isAbort(error)) throw error;
    throw refused(options, `${shown(path)} cannot be unpacked (${reasonOf(error)})`, error);
  }
}

/** Unless this machine's disk is what failed: that is not the zip's fault. */
function refused(options: UnpackOptions, reason: string, cause?: unknown): AppError {
  const onThisDisk = diskFailure(cause);
  if (onThisDisk instanceof AppError) return onThisDisk;
  return new AppError({
    kind: 'invalid',
    message: `Refused ${options.label}: ${reason}.`,
    hint: 'Nothing of it was used. Look at who can write to the bucket, and build again.',
    cause,
  });
}

function shown(name: string): string {
  return cleanText(name) || '(no name)';
}

function reasonOf(error: unknown): string {
  return cleanText(error instanceof Error ? error.message : String(error));
}
