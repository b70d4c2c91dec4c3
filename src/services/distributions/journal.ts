import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { distributionSteps } from '../../domain/distribution.ts';
import { isPackageKey } from '../../domain/package-layout.ts';

export const journalName = 'upload.json';

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const journalSchema = v.looseObject({
  /**
   * `uploading`: only this run knows of the package. `recording`: the record may point to it from now on.
   * `unwanted`: the run failed or was cancelled, and could not take back what it had put there.
   */
  state: v.picklist(['uploading', 'recording', 'unwanted']),
  /** The last step begun. */
  step: v.picklist(distributionSteps),
  region: text,
  bucket: text,
  parameterName: text,
  key: v.pipe(text, v.check(isPackageKey)),
  /** Stands in the object's metadata: tells our version from another administrator's under the same key. */
  runId: text,
  createdAt: count,
  /** The multipart upload under way. */
  uploadId: v.optional(text),
  /** The zip: its name in the folder, what was measured of it, and of the parts it is sent in (sha256, base64). */
  zip: v.object({
    name: v.pipe(text, v.regex(/^f\d+$/)),
    size: count,
    sha256: v.pipe(text, v.regex(/^[0-9a-f]{64}$/)),
    partBytes: v.pipe(count, v.minValue(1)),
    parts: v.array(text),
  }),
  files: v.array(
    v.object({
      path: text,
      size: count,
      mode: count,
      origin: text,
      sha256: v.exactOptional(text),
      kind: v.exactOptional(text),
    }),
  ),
  platforms: v.exactOptional(v.array(text)),
  missing: v.exactOptional(v.array(text)),
  builds: v.array(text),
  options: v.object({
    expiresHours: v.pipe(count, v.minValue(1)),
    buildIds: v.optional(v.array(text)),
    packagePath: v.optional(text),
    allowedIps: v.optional(v.array(text)),
  }),
  /** Version of the parameter when the run began, 0 where there was none. */
  before: v.union([count, v.literal('unreadable')]),
  /** Id of the statement that restricts the link, where one was put into the bucket's policy. */
  policySid: v.optional(text),
});

/**
 * What a run has put, or is about to put, into the bucket, and all that is needed to finish it; on disk before the
 * first byte goes out, so that the next start can offer to finish what was cut off or to tidy up after it.
 */
export type RunJournal = v.InferOutput<typeof journalSchema>;

/** The journal in a folder; undefined where there is none, or none that can be read. */
export async function readJournal(folder: string): Promise<RunJournal | undefined> {
  try {
    const parsed = v.safeParse(journalSchema, JSON.parse(await readFile(join(folder, journalName), 'utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
