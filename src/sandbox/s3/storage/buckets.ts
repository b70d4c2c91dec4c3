import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocks } from '../../locks.ts';
import { readRecord } from '../../read-record.ts';
import { writeFileAtomic } from '../../write-file.ts';
import { type Lifecycle, lifecycleSchema } from '../lifecycle/rules.ts';
import { compareKeys, firstIndex } from './key-order.ts';
import { bucketSchema, keyRecordSchema } from './records.ts';
import { type KeptPolicy, openSetting, policySchema, type Setting } from './settings.ts';
import type { KeyRecord, Version } from './types.ts';

/** What a change of a key makes of its versions, newest first; an empty list forgets the key. */
export type Change<T> = (versions: readonly Version[]) => { versions: readonly Version[]; result: T };

/** A versioned bucket: its index in memory, a file per key on disk. */
export type Bucket = {
  name: string;
  /** `arn:aws:s3:::name`; a key of it follows behind a slash. */
  arn: string;
  /** Epoch milliseconds. */
  created: number;
  policy: Setting<KeptPolicy>;
  /** Its lifecycle rules; an empty list after they were deleted. */
  rules(): Lifecycle;
  setRules(lifecycle: Lifecycle): Promise<void>;
  /** Keys in S3's order. */
  keys(): readonly string[];
  versions(key: string): readonly Version[];
  /** Changes of one key happen one after the other; memory follows the disk. What `change` throws changes nothing. */
  change<T>(key: string, change: Change<T>): Promise<T>;
};

/** Opens the bucket kept in `dir`, making it where there is none. `freed` gets the files no version refers to any more. */
export async function openBucket(options: {
  dir: string;
  name: string;
  now: number;
  /** The rules that count until others are set. */
  lifecycle: Lifecycle;
  freed: (files: readonly string[]) => Promise<void>;
}): Promise<Bucket> {
  const keysDir = join(options.dir, 'keys');
  const about = join(options.dir, 'bucket.json');
  await mkdir(keysDir, { recursive: true, mode: 0o700 });
  const created = await readRecord(bucketSchema, about);
  if (!created) {
    await writeFileAtomic(about, JSON.stringify({ name: options.name, created: options.now }));
  }

  const records = await loadRecords(keysDir);
  const order = [...records.keys()].sort(compareKeys);
  const locks = createLocks();

  const remember = (record: KeyRecord) => {
    if (!records.has(record.key)) order.splice(positionOf(order, record.key), 0, record.key);
    records.set(record.key, record);
  };
  const forget = (key: string) => {
    if (records.delete(key)) order.splice(positionOf(order, key), 1);
  };

  const arn = `arn:aws:s3:::${options.name}`;
  const policy = await openSetting(join(options.dir, 'policy.json'), policySchema(arn), ({ text }) => ({
    text,
  }));
  const lifecycle = await openSetting(join(options.dir, 'lifecycle.json'), lifecycleSchema, (all) => all);

  return {
    name: options.name,
    arn,
    policy,
    rules: () => lifecycle.get() ?? options.lifecycle,
    setRules: lifecycle.set,
    created: created?.created ?? options.now,
    keys: () => order,
    versions: (key) => records.get(key)?.versions ?? [],
    change: (key, change) =>
      locks.run(key, async () => {
        const before = records.get(key)?.versions ?? [];
        const { versions, result } = change(before);
        if (versions === before) return result;
        const path = join(keysDir, fileNameOf(key));
        if (versions.length === 0) {
          await rm(path, { force: true });
          forget(key);
        } else {
          const record: KeyRecord = { key, versions };
          await writeFileAtomic(path, JSON.stringify(record));
          remember(record);
        }
        const kept = new Set(filesOf(versions));
        await options.freed(filesOf(before).filter((file) => !kept.has(file)));
        return result;
      }),
  };
}

/** The data files that versions refer to. */
export function filesOf(versions: readonly Version[]): string[] {
  return versions.flatMap((version) =>
    version.kind === 'object' ? version.pieces.map((piece) => piece.file) : [],
  );
}

/** Keys are any UTF-8 up to 1,024 bytes (`..`, `//`, NUL), which no file system takes as names. */
function fileNameOf(key: string): string {
  return `${createHash('sha256').update(key).digest('hex')}.json`;
}

function positionOf(order: readonly string[], key: string): number {
  return firstIndex(order, (other) => compareKeys(other, key) >= 0);
}

async function loadRecords(keysDir: string): Promise<Map<string, KeyRecord>> {
  const records = new Map<string, KeyRecord>();
  const names = (await readdir(keysDir)).filter((name) => !name.endsWith('.broken'));
  for (let at = 0; at < names.length; at += 64) {
    const batch = names.slice(at, at + 64).map(async (name) => {
      const path = join(keysDir, name);
      // What a crash left of a write that never came to count.
      if (!name.endsWith('.json')) return rm(path, { force: true });
      const record = await readRecord(keyRecordSchema, path);
      if (record) records.set(record.key, record);
    });
    await Promise.all(batch);
  }
  return records;
}
