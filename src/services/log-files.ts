import { type FileHandle, opendir } from 'node:fs/promises';
import type { LogFiles } from '../domain/ports/log-files.ts';
import { cleanText } from './clean-text.ts';
import { codePng } from './png.ts';
import { type SaveTarget, saveFile, wholePath } from './save-file.ts';
import { unreadableFolder } from './unreadable-folder.ts';

/** Text written in one go; keys and drawing come between two. */
const bytesInOneGo = 256 * 1024;
/** Progress is told after so many lines. */
const linesPerNews = 100_000;

/**
 * See {@link LogFiles}. A log may hold secrets that a build printed, and a note or a code is a link that opens a
 * package: their files are the user's alone.
 */
export function createLogFiles(places: { cwd: string; home: string }): LogFiles {
  const saved = async (
    given: string,
    target: Pick<SaveTarget, 'overwrite' | 'what' | 'hint'>,
    write: (file: FileHandle) => Promise<number>,
    signal: AbortSignal,
  ) => {
    const path = wholePath(given, places);
    const bytes = await saveFile({ ...target, path, mode: 0o600 }, write, signal);
    return bytes === 'exists' ? bytes : { path: cleanText(path), bytes };
  };
  return {
    save: (given, lines, { overwrite, progress }, signal) =>
      saved(
        given,
        { overwrite, what: 'The log', hint: 'Name another file with S.' },
        (file) => writeLines(file, lines, progress, signal),
        signal,
      ),
    saveWhole: (given, content, { overwrite, what }, signal) =>
      saved(
        given,
        { overwrite, what, hint: 'Name another file.' },
        async (file) => {
          const bytes = typeof content === 'string' ? Buffer.from(content) : codePng(content);
          await file.writeFile(bytes, { signal });
          return bytes.length;
        },
        signal,
      ),
    async folder(given, signal) {
      const path = wholePath(given, places);
      try {
        await (await opendir(path)).close();
      } catch (error) {
        throw unreadableFolder(given, error);
      }
      signal.throwIfAborted();
      return path;
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
