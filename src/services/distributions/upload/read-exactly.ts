import type { FileHandle } from 'node:fs/promises';
import { changedOnDisk } from './known-hash.ts';

/**
 * Fills `bytes` from `position` on.
 * @throws AppError where the file has become shorter than it was.
 */
export async function readExactly(handle: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, position + filled);
    if (bytesRead === 0) throw changedOnDisk('became shorter');
    filled += bytesRead;
  }
}

/** @throws AppError where a file has another size than it had when it was packed. */
export async function expectSize(handle: FileHandle, size: number): Promise<void> {
  const now = (await handle.stat()).size;
  if (now !== size) throw changedOnDisk(now < size ? 'became shorter' : 'became longer');
}
