import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocks } from '../../locks.ts';
import { readRecord } from '../../read-record.ts';

import { writeFileAtomic } from '../../write-file.ts';
import { compareKeys } from './key-order.ts';
import { partSchema, uploadSchema } from './records.ts';
import type { Part, Upload } from './types.ts';

/** Multipart uploads under way: a folder each, with a file about the upload and one about every part. */
export type Uploads = {
  find(id: string): Upload | undefined;
  /** Of one bucket, by key and then by id, which is by age. */
  list(bucket: string): Upload[];
  /** By part number. */
  parts(id: string): Part[];
  create(upload: Upload): Promise<void>;
  /** Keeps a part, in place of a former one of its number. False, and nothing kept, when the upload has ended meanwhile. */
  addPart(id: string, part: Part): Promise<boolean>;
  /**
   * Ends an upload: `job` sees the parts that there are, and no other call of the upload runs beside it; the files it
   * does not claim are freed. What it throws leaves the upload as it was. Undefined when the upload has ended already.
   */
  end<T>(
    id: string,
    job: (parts: Part[]) => Promise<{ claimed: ReadonlySet<string>; result: T }>,
  ): Promise<T | undefined>;
};

type Open = { upload: Upload; parts: Map<number, Part> };

/** How long an upload that nobody ends is kept, as a lifecycle rule of the bucket would. */
const staleAfterMs = 7 * 24 * 60 * 60 * 1000;

const aboutFile = 'upload.json';

/** Opens the uploads kept in `dir`; those `completed` (by upload id) or older than a week are dropped. */
export async function openUploads(options: {
  dir: string;
  now: number;
  completed: ReadonlySet<string>;
  freed: (files: readonly string[]) => Promise<void>;
}): Promise<Uploads> {
  const { dir, freed } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const open = new Map<string, Open>();
  for (const id of await readdir(dir)) {
    const found = await loadUpload(join(dir, id));
    const alive =
      found?.upload.id === id &&
      !options.completed.has(id) &&
      found.upload.initiated > options.now - staleAfterMs;
    if (alive) open.set(id, found);
    else await rm(join(dir, id), { recursive: true, force: true });
  }
  const locks = createLocks();
  const partsOf = (id: string) =>
    [...(open.get(id)?.parts.values() ?? [])].sort((a, b) => a.number - b.number);

  return {
    find: (id) => open.get(id)?.upload,
    list: (bucket) =>
      [...open.values()]
        .map(({ upload }) => upload)
        .filter((upload) => upload.bucket === bucket)
        .sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id)),
    parts: partsOf,

    create: async (upload) => {
      await mkdir(join(dir, upload.id), { mode: 0o700 });
      await writeFileAtomic(join(dir, upload.id, aboutFile), JSON.stringify(upload));
      open.set(upload.id, { upload, parts: new Map() });
    },

    addPart: (id, part) =>
      locks.run(id, async () => {
        const found = open.get(id);
        if (!found) return false;
        await writeFileAtomic(join(dir, id, `${part.number}.json`), JSON.stringify(part));
        const former = found.parts.get(part.number);
        found.parts.set(part.number, part);
        if (former) await freed([former.file]);
        return true;
      }),

    end: (id, job) =>
      locks.run(id, async () => {
        if (!open.has(id)) return undefined;
        const parts = partsOf(id);
        const { claimed, result } = await job(parts);
        open.delete(id);
        // A completed upload whose folder outlives a crash here is known by its id in the object's record.
        await rm(join(dir, id), { recursive: true, force: true });
        await freed(parts.map((part) => part.file).filter((file) => !claimed.has(file)));
        return result;
      }),
  };
}

async function loadUpload(dir: string): Promise<Open | undefined> {
  const upload = await readRecord(uploadSchema, join(dir, aboutFile));
  if (!upload) return undefined;
  const parts = new Map<number, Part>();
  for (const name of await readdir(dir)) {
    if (!/^\d+\.json$/.test(name)) continue;
    const part = await readRecord(partSchema, join(dir, name));
    if (part) parts.set(part.number, part);
  }
  return { upload, parts };
}
