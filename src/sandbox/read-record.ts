import { readFile, rename } from 'node:fs/promises';
import * as v from 'valibot';

/**
 * A record from disk; undefined when there is none. One that cannot be read (a disk's doing: writes are atomic) is put
 * aside under another name, so that the rest still starts; undefined then, too.
 */
export async function readRecord<T>(
  schema: v.GenericSchema<unknown, T>,
  path: string,
): Promise<T | undefined> {
  const raw = await readFile(path, 'utf8').catch(ignoreMissing);
  if (raw === undefined) return undefined;
  const parsed = v.safeParse(schema, parseJson(raw));
  if (parsed.success) return parsed.output;
  await rename(path, `${path}.broken`);
  return undefined;
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
