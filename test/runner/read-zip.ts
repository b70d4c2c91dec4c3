import { text } from 'node:stream/consumers';
import { openPromise } from 'yauzl';

export type ReadEntry = { name: string; mode: number; text: string };

/** What a zip holds, in its order. Modes are those of the file system, type included. */
export async function readZip(path: string): Promise<ReadEntry[]> {
  const zip = await openPromise(path);
  const entries: ReadEntry[] = [];
  for await (const entry of zip.eachEntry()) {
    const content = await text(await zip.openReadStreamPromise(entry));
    entries.push({ name: entry.fileName, mode: entry.externalFileAttributes >>> 16, text: content });
  }
  return entries;
}
