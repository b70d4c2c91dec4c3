import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../write-file.ts';
import type { BuildRecord } from './record.ts';
import { parseRecord } from './record-schema.ts';

/** All builds of the account: in memory, and each in a file of its own. */
export type BuildBook = {
  get(uuid: string): BuildRecord | undefined;
  /** Newest first: by start, then by number. */
  all(): readonly BuildRecord[];
  /** Adds a build; resolves once it is on disk. Where it cannot be written, it rejects and the build is forgotten. */
  add(record: BuildRecord): Promise<void>;
  /** Changes a build at once and on disk soon after, several changes in one write. */
  update(uuid: string, change: (record: BuildRecord) => BuildRecord): void;
  /** Resolves once every change of the build so far is on disk; rejects where it cannot be written. */
  saved(uuid: string): Promise<void>;
  remove(uuid: string): Promise<void>;
};

const extension = '.json';

/** The builds kept in a folder. A file that holds no build is put aside under another name, never removed. */
export async function openBuildBook(dir: string): Promise<BuildBook> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const builds = new Map<string, Saved>();
  const pathOf = (uuid: string): string => join(dir, `${uuid}${extension}`);
  for (const name of await readdir(dir)) {
    if (!name.endsWith(extension)) continue;
    const record = parseRecord(await readFile(join(dir, name), 'utf8'));
    if (record !== undefined && name === `${record.uuid}${extension}`) {
      builds.set(record.uuid, saved(pathOf(record.uuid), record));
    } else await rename(join(dir, name), join(dir, `${name}.broken`));
  }
  return {
    get: (uuid) => builds.get(uuid)?.record(),
    all: () =>
      [...builds.values()]
        .map((build) => build.record())
        .sort((a, b) => b.startedAt - a.startedAt || b.number - a.number),
    async add(record) {
      const build = saved(pathOf(record.uuid), record);
      builds.set(record.uuid, build);
      try {
        await build.save();
      } catch (error) {
        builds.delete(record.uuid);
        throw error;
      }
    },
    update(uuid, change) {
      builds.get(uuid)?.update(change);
    },
    async saved(uuid) {
      await builds.get(uuid)?.settled();
    },
    async remove(uuid) {
      const build = builds.get(uuid);
      builds.delete(uuid);
      // A write under way must not bring the file back.
      await build?.settled().catch(() => {});
      await rm(pathOf(uuid), { force: true });
    },
  };
}

type Saved = {
  record(): BuildRecord;
  update(change: (record: BuildRecord) => BuildRecord): void;
  save(): Promise<void>;
  settled(): Promise<void>;
};

/** A record and its file: one write at a time, of the newest state. */
function saved(path: string, initial: BuildRecord): Saved {
  let record = initial;
  let dirty = false;
  let writing: Promise<void> | undefined;
  let failure: unknown;

  const write = async (): Promise<void> => {
    while (dirty) {
      dirty = false;
      try {
        await writeFileAtomic(path, `${JSON.stringify(record)}\n`);
        failure = undefined;
      } catch (error) {
        failure = error;
      }
    }
    writing = undefined;
  };
  const start = (): void => {
    dirty = true;
    writing ??= write();
  };
  const settled = async (): Promise<void> => {
    while (writing !== undefined) await writing;
    if (failure !== undefined) throw failure;
  };

  return {
    record: () => record,
    update(change) {
      const changed = change(record);
      if (changed === record) return;
      record = changed;
      start();
    },
    async save() {
      start();
      await settled();
    },
    settled,
  };
}
