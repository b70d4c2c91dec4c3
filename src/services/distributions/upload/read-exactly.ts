import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../../domain/errors.ts';

/**
 * Reads `length` bytes from `position` on.
 * @throws AppError where the file has become shorter than it was.
 */
export async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) {
      throw new AppError({
        kind: 'failed',
        message: 'The package on disk became shorter while it was being uploaded.',
        hint: 'Does something clean the temporary folder, or is the disk failing? Try again.',
      });
    }
    filled += bytesRead;
  }
  return bytes;
}
