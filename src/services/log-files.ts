import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { LogFiles } from '../domain/ports.ts';
import { cleanText } from './clean-text.ts';
import { codePng } from './png.ts';

/** Text written in one go; keys and drawing come between two. */
const bytesInOneGo = 256 * 1024;
/** Progress is told after so many lines. */
const linesPerNews = 100_000;

/**
 * See {@link LogFiles}. A log may hold secrets that a build printed, and a note or a code is a link that opens a
 * package: their files are the user's alone.
 */
export function createLogFiles({ cwd, home }: { cwd: string; home: string }): LogFiles {
  const wholePath = (given: string) =>
    given.startsWith('~/') ? join(home, given.slice(2)) : resolve(cwd, given);
  return {
    save: (given, lines, { overwrite, progress }, signal) =>
      saved(
        { path: wholePath(given), overwrite, what: 'The log', hint: 'Name another file with S.' },
        (file) => writeLines(file, lines, progress, signal),
        signal,
      ),
    saveWhole: (given, content, { overwrite, what }, signal) =>
      saved(
        { path: wholePath(given), overwrite, what, hint: 'Name another file.' },
        async (file) => {
          const bytes = typeof content === 'string' ? Buffer.from(content) : codePng(content);
          await file.writeFile(bytes, { signal });
          return bytes.length;
        },
        signal,
      ),
  };
}

/** Written beside its place and moved there whole; `write` answers the bytes. */
async function saved(
  target: { path: string; overwrite: boolean; what: string; hint: string },
  write: (file: FileHandle) => Promise<number>,
  signal: AbortSignal,
): Promise<{ path: string; bytes: number } | 'exists'> {
  const { path, overwrite } = target;
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    let bytes: number;
    try {
      bytes = await write(file);
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
    throw cannotWrite(target, error);
  } finally {
    await rm(temporary, { force: true });
  }
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

function cannotWrite({ path, what, hint }: { path: string; what: string; hint: string }, cause: unknown) {
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
