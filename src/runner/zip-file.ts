import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, readlink, rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file to pack: where it lies and what it is called in the zip. A link is kept as one. */
export type ZipEntry = { path: string; name: string; link?: boolean };

export type ZipOptions = {
  /** A time for every entry instead of its own: the same files give the same bytes. */
  fixedTime?: Date;
};

export type ZipSummary = { path: string; size: number; sha256: string; md5: string };

const regularFile = 0o100000;
const symbolicLink = 0o120000;

async function addEntry(zip: ZipFile, entry: ZipEntry, fixedTime: Date | undefined): Promise<void> {
  const stats = await lstat(entry.path);
  const time = fixedTime ?? stats.mtime;
  const options = { mtime: time, forceDosTimestamp: fixedTime !== undefined };
  if (entry.link === true) {
    zip.addBuffer(Buffer.from(await readlink(entry.path)), entry.name, {
      ...options,
      mode: symbolicLink | 0o777,
    });
  } else {
    zip.addFile(entry.path, entry.name, { ...options, mode: regularFile | (stats.mode & 0o777) });
  }
}

/**
 * Packs files in the order given into a zip with their Unix modes. The file appears under its name when it is whole:
 * a failure or an abort leaves nothing behind.
 */
export async function writeZip(
  outFile: string,
  entries: readonly ZipEntry[],
  options: ZipOptions,
  signal: AbortSignal,
): Promise<ZipSummary> {
  const partFile = `${outFile}.part`;
  const zip = new ZipFile();
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk);
      md5.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  // A file that vanishes or cannot be read while it is packed.
  zip.on('error', (error) => meter.destroy(error as Error));
  const out = createWriteStream(partFile, { mode: 0o600 });
  const written = pipeline(zip.outputStream, meter, out, { signal });
  // Looked at below; until then a failure must not count as unhandled.
  written.catch(() => {});
  try {
    for (const entry of entries) {
      signal.throwIfAborted();
      await addEntry(zip, entry, options.fixedTime);
    }
    zip.end();
    await written;
    await rename(partFile, outFile);
  } catch (error) {
    meter.destroy(error as Error);
    await written.catch(() => {});
    await rm(partFile, { force: true });
    throw error;
  }
  return { path: outFile, size, sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}
