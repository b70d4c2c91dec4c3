import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { LogFiles } from '../domain/ports.ts';
import { cleanText } from './clean-text.ts';

/** Text written in one go; keys and drawing come between two. */
const bytesInOneGo = 256 * 1024;
/** Progress is told after so many lines. */
const linesPerNews = 100_000;

/** See {@link LogFiles}. A log may hold secrets that a build printed: its file is the user's alone. */
export function createLogFiles({ cwd, home }: { cwd: string; home: string }): LogFiles {
  return {
    async save(given, lines, { overwrite, progress }, signal) {
      const path = given.startsWith('~/') ? join(home, given.slice(2)) : resolve(cwd, given);
      const temporary = `${path}.${randomUUID()}.tmp`;
      try {
        const file = await open(temporary, 'wx', 0o600);
        let bytes: number;
        try {
          bytes = await writeLines(file, lines, progress, signal);
          await file.sync();
        } finally {
          await file.close();
        }
        if (overwrite) await rename(temporary, path);
        // A link fails where the name is taken; a rename would replace what is there.
        else await link(temporary, path);
        return { path: cleanText(path), bytes };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'exists';
        signal.throwIfAborted();
        throw cannotWrite(path, error);
      } finally {
        await rm(temporary, { force: true });
      }
    },
  };
}

async function writeLines(
  file: FileHandle,
  lines: Iterable<string>,
  progress: ((lines: number) => void) | undefined,
  signal: AbortSignal,
): Promise<number> {
  let bytes = 0;
  let count = 0;
  let text = '';
  const flush = async () => {
    signal.throwIfAborted();
    bytes += (await file.write(text)).bytesWritten;
    text = '';
  };
  for (const line of lines) {
    text += line;
    count += 1;
    if (count % linesPerNews === 0) progress?.(count);
    if (text.length >= bytesInOneGo) await flush();
  }
  await flush();
  return bytes;
}

function cannotWrite(path: string, cause: unknown): AppError {
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
    message: `The log was not saved to ${cleanText(path)}: ${known[code] ?? cleanText(message)}.`,
    hint: 'Name another file with S.',
    cause,
  });
}
