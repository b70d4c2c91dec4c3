import { AppError } from '../../domain/errors.ts';
import { cleanText } from '../clean-text.ts';

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'it lies below a file',
  EMFILE: 'too many files are open',
  EIO: 'the disk does not work',
};

/** System calls that change nothing. */
const reading = new Set(['read', 'stat', 'fstat', 'lstat', 'scandir']);

/** An error of this machine's disk as an AppError that says which path and what to do; anything else as it is. */
export function diskFailure(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const what = words[code ?? ''];
  // Sockets fail with codes and system calls too, but not with these.
  if (what === undefined || syscall === undefined || syscall === 'connect') return error;
  const how = reading.has(syscall) ? 'read' : 'written';
  return new AppError({
    kind: 'failed',
    message: `The temporary files cannot be ${how}: ${what}${path === undefined ? '' : ` (${cleanText(path)})`}.`,
    hint: 'Make room, or point TMPDIR at another folder; a package needs about three times its size.',
    cause: error,
  });
}

/** Runs work on the disk; see {@link diskFailure}. */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskFailure(error);
  }
}
