import { open, rename, rm } from 'node:fs/promises';

/**
 * Replaces a file: the old content or the new one, never half of it, also across a crash; readable by its owner alone.
 * @param id what no other writer has, for the name of the file beside it
 * @throws the file system's error; nothing is left beside the file then.
 */
export async function replaceFile(path: string, content: string, id: string): Promise<void> {
  const temporary = `${path}.${id}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
