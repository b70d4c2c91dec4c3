import { rm } from 'node:fs/promises';
import * as v from 'valibot';
import { createLocks } from '../../locks.ts';
import { readRecord } from '../../read-record.ts';
import { writeFileAtomic } from '../../write-file.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import type { Policy } from '../policy/types.ts';

/** Something a bucket is told and keeps, in a file of its own. */
export type Setting<T> = {
  /** Undefined: never set, or taken back. */
  get(): T | undefined;
  /** Keeps a value, undefined to take it back. One change after the other; memory follows the disk. */
  set(value: T | undefined): Promise<void>;
};

/** Opens the setting kept in the file `path`; `toFile` makes of a value what `schema` reads. */
export async function openSetting<T extends object>(
  path: string,
  schema: v.GenericSchema<unknown, T>,
  toFile: (value: T) => object,
): Promise<Setting<T>> {
  let current: T | undefined = await readRecord(schema, path);
  const locks = createLocks();
  return {
    get: () => current,
    set: (value) =>
      locks.run('it', async () => {
        if (value === undefined) await rm(path, { force: true });
        else await writeFileAtomic(path, JSON.stringify(toFile(value)));
        current = value;
      }),
  };
}

/** A bucket's policy, and the text of it that S3 answers. */
export type KeptPolicy = { policy: Policy; text: string };

/** What lies on disk of a bucket's policy. */
export function policySchema(bucketArn: string): v.GenericSchema<unknown, KeptPolicy> {
  return v.pipe(
    v.object({ text: v.string() }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return parsePolicy(dataset.value.text, bucketArn);
      } catch (error) {
        addIssue({ message: String(error) });
        return NEVER;
      }
    }),
  );
}
