import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { zipFolder } from '../runner/zip-folder.ts';
import { type SandboxAccount, sourceKey } from './account.ts';
import type { ObjectStore } from './s3/object-store.ts';

/** Tells our own sources from those that a client put there itself. */
const ownMark = { 'packed-by': 'ccwb-tui-sandbox' } as const;

/** Whether the newest source was put into the bucket by a client: then that is what it wants built, as on AWS. */
export async function isClientsSource(deps: {
  account: SandboxAccount;
  objects: ObjectStore;
}): Promise<boolean> {
  const newest = await deps.objects.get(deps.account.bucket, sourceKey);
  return newest !== undefined && newest.metadata['packed-by'] !== ownMark['packed-by'];
}

/**
 * Packs a folder and puts it into the bucket as the newest source. Every build gets a version of its own, so that
 * what it was built from stays readable.
 * @throws AppError where the folder is missing, empty, too large or cannot be read.
 */
export async function publishSource(
  folder: string,
  deps: { dir: string; account: SandboxAccount; objects: ObjectStore },
  signal: AbortSignal,
): Promise<void> {
  const temporary = join(deps.dir, 'tmp');
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  const path = join(temporary, `source-${randomBytes(6).toString('hex')}.zip`);
  try {
    await zipFolder(folder, path, {}, signal);
    await deps.objects.putFile(deps.account.bucket, sourceKey, path, {
      contentType: 'application/zip',
      metadata: ownMark,
      signal,
    });
  } finally {
    await rm(path, { force: true });
  }
}

/**
 * Makes sure that builds can be made from a folder.
 * @throws AppError
 */
export async function checkSource(source: string): Promise<void> {
  const found = isAbsolute(source) ? await stat(source).catch(() => undefined) : undefined;
  if (found?.isDirectory() === true) return;
  throw new AppError({
    kind: 'not-found',
    message: `There is no folder ${source} to build from.`,
    hint: 'Give an existing folder that holds a buildspec.yml.',
  });
}
