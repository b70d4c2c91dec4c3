import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PackageEntry } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { compareFile, type LinkCheck } from '../../../domain/links.ts';
import type { Say } from '../../../domain/ports.ts';
import { cleanText } from '../../clean-text.ts';
import { wholePath } from '../../save-file.ts';
import type { DistributionsDeps } from '../deps.ts';
import { measure } from './read-through.ts';

/** Compares a file of this machine with the recorded packages. @throws AppError where it cannot be read. */
export async function checkFile(
  deps: DistributionsDeps,
  given: string,
  list: readonly PackageEntry[],
  say: Say,
  signal: AbortSignal,
): Promise<LinkCheck> {
  const path = wholePath(given, deps);
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) {
    throw new AppError({
      kind: 'not-found',
      message: `There is no file ${cleanText(given)}.`,
      hint: 'Give a file, or a link that begins with https://.',
    });
  }
  const found = await onFile(path, async () => {
    const stream = createReadStream(path, { signal });
    return measure(stream, info.size, say);
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
      return { ...facts, ...compared, detail: 'No recorded package has that sha256, name or size.' };
  }
}

function stateRemark({ state }: PackageEntry): string {
  if (state === 'revoked') return '; its links were revoked since';
  return state === 'gone' ? '; it is not in the bucket any more' : '';
}

function otherFile(entry: PackageEntry, { checksum, size }: { checksum: string; size: number }): string {
  const what =
    size === entry.size
      ? `sha256 ${checksum} instead of ${entry.checksum}`
      : `${size} bytes instead of ${entry.size}`;
  return `The file is not ${entry.filename}, whose name or size it has: ${what}. Do not install it.`;
}

async function onFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError || (error as Error).name === 'AbortError') throw error;
    throw new AppError({
      kind: 'failed',
      message: `${cleanText(path)} cannot be read: ${cleanText((error as Error).message)}.`,
      hint: 'May it be read by you?',
      cause: error,
    });
  }
}
