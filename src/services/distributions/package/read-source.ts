import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { AppError } from '../../../domain/errors.ts';
import type { StagedFile } from './staged-file.ts';

/**
 * Reads a file block by block into buffers that `next` hands out, and holds it to what CHECK saw of it.
 * @throws AppError naming the file where it has become shorter, longer or another since.
 */
export async function* readSource(
  file: StagedFile,
  blockBytes: number,
  next: () => Uint8Array,
): AsyncGenerator<{ block: Uint8Array; isLast: boolean }> {
  const hash = createHash('sha256');
  const handle = await open(file.file);
  try {
    let done = 0;
    do {
      const block = next().subarray(0, Math.min(blockBytes, file.size - done));
      let filled = 0;
      while (filled < block.length) {
        const { bytesRead } = await handle.read(block, filled, block.length - filled, done + filled);
        if (bytesRead === 0) throw changed(file, 'became shorter');
        filled += bytesRead;
      }
      hash.update(block);
      done += block.length;
      const isLast = done === file.size;
      if (isLast && hash.digest('hex') !== file.sha256) throw changed(file, 'changed');
      if (isLast && (await handle.stat()).size !== file.size) throw changed(file, 'became longer');
      yield { block, isLast };
    } while (done < file.size);
  } finally {
    await handle.close();
  }
}

function changed({ path }: StagedFile, how: string): AppError {
  return new AppError({
    kind: 'failed',
    message: `${path} ${how} while it was being packed.`,
    hint: 'Is the disk full or failing? Try again.',
  });
}
