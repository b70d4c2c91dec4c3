import { AppError } from '../domain/errors.ts';
import { cleanText } from './clean-text.ts';

/** Why a folder that somebody named cannot be read. */
export function unreadableFolder(path: string, error: unknown): AppError {
  const { code } = error as NodeJS.ErrnoException;
  const shown = cleanText(path);
  if (code === 'ENOENT') {
    return new AppError({
      kind: 'not-found',
      message: `The folder ${shown} does not exist.`,
      hint: 'Give the folder with the files to ship, or none.',
      cause: error,
    });
  }
  if (code === 'ENOTDIR') {
    return new AppError({
      kind: 'not-found',
      message: `${shown} is no folder.`,
      hint: 'Give the folder that the files lie in.',
      cause: error,
    });
  }
  return new AppError({
    kind: 'failed',
    message: `The folder ${shown} cannot be read (${cleanText(code ?? String(error))}).`,
    hint: 'Look at its permissions.',
    cause: error,
  });
}
