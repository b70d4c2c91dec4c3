import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { cleanText } from './clean-text.ts';

/** The path that a user named; `~` stands for home as in a shell, which has not seen what was typed here. */
export function wholePath(given: string, { cwd = '.', home }: { cwd?: string; home?: string | undefined }) {
  return (given === '~' || given.startsWith('~/')) && home ? join(home, given.slice(2)) : resolve(cwd, given);
}

export type SaveTarget = {
  path: string;
  overwrite: boolean;
  /** What is saved, to begin a sentence with. */
  what: string;
  hint: string;
  mode: number;
};

/**
 * Saves a file that appears whole or not at all: written beside its place and moved there.
 * @returns what `write` answered; `exists` where there is such a file and it may not be replaced.
 * @throws AppError `failed` where it cannot be written.
 */
export async function saveFile<T>(
  target: SaveTarget,
  write: (file: FileHandle) => Promise<T>,
  signal: AbortSignal,
): Promise<T | 'exists'> {
  const { path, overwrite, mode } = target;
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    let written: T;
    try {
      written = await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    if (overwrite) await rename(temporary, path);
    // A link fails where the name is taken; a rename would replace what is there.
    else await link(temporary, path);
    return written;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'exists';
    signal.throwIfAborted();
    throw error instanceof AppError ? error : cannotWrite(target, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

function cannotWrite({ path, what, hint }: SaveTarget, cause: unknown): AppError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: 'there is no such folder',
    ENOTDIR: 'part of the path is no folder',
    EISDIR: 'it is a folder',
    EACCES: 'it may not be written there',
    EROFS: 'it may not be written there',
    ENOSPC: 'the disk is full',
  };
  return new AppError({
    kind: 'failed',
    message: `${what} was not saved to ${cleanText(path)}: ${known[code] ?? cleanText(message)}.`,
    hint,
    cause,
  });
}
