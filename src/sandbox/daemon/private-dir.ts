import { chmod, lstat, mkdir } from 'node:fs/promises';
import { AppError } from '../../domain/errors.ts';

/**
 * Makes a folder that its owner alone can enter, or makes sure that it is one.
 * @throws AppError where something else lies there, or it belongs to somebody else.
 */
export async function ensurePrivateDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  const owner = process.getuid?.();
  if (!found.isDirectory() || (owner !== undefined && found.uid !== owner)) {
    throw new AppError({
      kind: 'permission',
      message: `${path} is not a folder of your own, so the sandbox does not keep its secret there.`,
      hint: 'Move it away and try again.',
    });
  }
  if ((found.mode & 0o077) !== 0) await chmod(path, 0o700);
}
