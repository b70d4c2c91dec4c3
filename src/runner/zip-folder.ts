import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError, isAbort } from '../domain/errors.ts';
import { writeZip, type ZipEntry, type ZipSummary } from './zip-file.ts';

export type ZipFolderOptions = {
  /** Names of files or folders to leave out wherever they occur; absent → {@link defaultSkippedNames}. */
  skip?: readonly string[];
  maxFiles?: number;
  /** Bytes of all files together. */
  maxBytes?: number;
};

export type FolderZip = ZipSummary & {
  files: number /** Links left out, relative to the folder. */;
  skipped: string[];
};

/** History, dependencies and environments that no build reads from its source. */
export const defaultSkippedNames = ['.git', 'node_modules', '.venv'] as const;

/** zip's first moment: with it the same files give the same bytes. */
const fixedTime = new Date(1980, 0, 1);

type Found = { entries: ZipEntry[]; bytes: number; skipped: string[] };

function tooMuch(dir: string, what: string): AppError {
  return new AppError({
    kind: 'invalid',
    message: `The source folder ${dir} holds too ${what}.`,
    hint: 'Give the folder of one project, without its build output.',
  });
}

/** Files below `dir` in a fixed order. Links and devices are not followed: they could lead out of the folder. */
async function find(
  dir: string,
  out: string,
  options: ZipFolderOptions,
  signal: AbortSignal,
): Promise<Found> {
  const skip = new Set(options.skip ?? defaultSkippedNames);
  const { maxFiles = 100_000, maxBytes = 2 * 1024 ** 3 } = options;
  const found: Found = { entries: [], bytes: 0, skipped: [] };
  const visit = async (folder: string, prefix: string): Promise<void> => {
    const items = await readdir(folder, { withFileTypes: true });
    for (const item of items.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      signal.throwIfAborted();
      const path = join(folder, item.name);
      if (skip.has(item.name) || path === out || path === `${out}.part`) continue;
      if (item.isDirectory()) {
        await visit(path, `${prefix}${item.name}/`);
      } else if (item.isFile()) {
        found.bytes += (await stat(path)).size;
        found.entries.push({ path, name: prefix + item.name });
        if (found.entries.length > maxFiles) throw tooMuch(dir, 'many files');
        if (found.bytes > maxBytes) throw tooMuch(dir, 'large files');
      } else {
        found.skipped.push(prefix + item.name);
      }
    }
  };
  await visit(dir, '');
  return found;
}

/**
 * Packs a folder for a build: the same files give the same bytes, modes are kept, links are left out.
 * @throws AppError `not-found` without the folder, `invalid` for one that is empty or too large, `failed` where a file
 * cannot be read; nothing is left behind then
 */
export async function zipFolder(
  dir: string,
  outFile: string,
  options: ZipFolderOptions,
  signal: AbortSignal,
): Promise<FolderZip> {
  try {
    const found = await find(dir, resolve(outFile), options, signal);
    if (found.entries.length === 0) {
      throw new AppError({
        kind: 'invalid',
        message: `The source folder ${dir} is empty.`,
        hint: 'Give a folder with a buildspec.yml.',
      });
    }
    const summary = await writeZip(outFile, found.entries, { fixedTime }, signal);
    return { ...summary, files: found.entries.length, skipped: found.skipped };
  } catch (error) {
    if (error instanceof AppError || isAbort(error)) throw error;
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new AppError({
      kind: missing ? 'not-found' : 'failed',
      message: missing ? `There is no folder ${dir}.` : `The folder ${dir} cannot be packed (${code}).`,
      hint: missing ? 'Give an existing folder.' : 'Look at the permissions of its files.',
      cause: error,
    });
  }
}
