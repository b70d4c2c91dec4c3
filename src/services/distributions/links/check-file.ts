import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { compareFile, type LinkCheck } from '../../../domain/links.ts';
import type { Say } from '../../../domain/ports/links.ts';
import { cleanText } from '../../clean-text.ts';
import { wholePath } from '../../save-file.ts';
import type { DistributionsDeps } from '../deps.ts';
import { measure } from './measure.ts';

/**
 * Looks whether a file on this machine is a recorded package.
 * @throws AppError `not-found` where there is none of that name, `usage` for what is no regular file, `permission` and
 *   `failed` where it cannot be read.
 */
export async function checkFile(
  deps: DistributionsDeps,
  given: string,
  list: readonly PackageEntry[],
  say: Say,
  signal: AbortSignal,
): Promise<LinkCheck> {
  if (given === '' || given === '-') throw noName(given);
  const path = wholePath(given, deps);
  const found = await onFile(given, async () => {
    const info = await stat(path);
    if (!info.isFile()) throw notRegular(given, info);
    return measure(createReadStream(path, { signal }), info.size, say);
  });
  signal.throwIfAborted();
  const compared = compareFile(list, { name: basename(path), ...found });
  const facts = { checksum: found.sha256, size: found.size };
  switch (compared.verdict) {
    case 'same':
      return {
        ...facts,
        ...compared,
        detail: `The file is ${compared.entry.filename}, byte for byte${stateRemark(compared.entry)}.`,
      };
    case 'different':
      return { ...facts, ...compared, detail: otherFile(compared.entry, facts) };
    case 'unknown':
      return { ...facts, ...compared, detail: unknownFile(facts, deps) };
  }
}

function stateRemark({ state }: PackageEntry): string {
  if (state === 'revoked') return '; its links were revoked since';
  return state === 'gone' ? '; it is not in the bucket any more' : '';
}

function otherFile(entry: PackageEntry, { checksum, size }: { checksum: string; size: number }): string {
  if (size === 0) return `The file is empty, and so not ${entry.filename}: download it again.`;
  const what =
    size === entry.size
      ? `sha256 ${checksum} instead of ${entry.checksum}`
      : `${size} bytes instead of ${entry.size}`;
  return `The file is not ${entry.filename}, whose name or size it has: ${what}. Do not install it.`;
}

function unknownFile({ size }: { size: number }, { deployment }: DistributionsDeps): string {
  if (size === 0) return 'The file is empty, which no package is: download it again.';
  const { name } = deployment.profile;
  return `No package recorded for the profile ${name} has that sha256, name or size. Of another profile? Name that with --profile.`;
}

function noName(given: string): AppError {
  return new AppError({
    kind: 'usage',
    message: given === '' ? 'The name of the file is empty.' : 'Standard input is not read.',
    hint: whatToGive,
  });
}

const whatToGive = 'Give a file, a link that begins with https://, or the key of a package.';

function notRegular(given: string, info: Stats): AppError {
  const isFolder = info.isDirectory();
  return new AppError({
    kind: 'usage',
    message: `${cleanText(given)} is ${isFolder ? 'a folder' : 'no regular file'}: there is nothing to compare.`,
    hint: isFolder ? 'Name the zip in it.' : 'Save the package to a file, and give that.',
  });
}

async function onFile<T>(given: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError || (error as Error).name === 'AbortError') throw error;
    throw unreadable(given, error as NodeJS.ErrnoException);
  }
}

const leadsNowhere = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

function unreadable(given: string, error: NodeJS.ErrnoException): AppError {
  const { code } = error;
  const shown = cleanText(given);
  if (code !== undefined && leadsNowhere.has(code)) {
    return new AppError({
      kind: 'not-found',
      message: `There is no file ${shown}.`,
      hint: whatToGive,
      cause: error,
    });
  }
  const isDenied = code === 'EACCES' || code === 'EPERM';
  return new AppError({
    kind: isDenied ? 'permission' : 'failed',
    message: `${shown} cannot be read: ${isDenied ? 'you may not' : cleanText(error.message)}.`,
    hint: isDenied ? 'Have its owner let you read it.' : 'Copy it to another place, or download it again.',
    cause: error,
  });
}
