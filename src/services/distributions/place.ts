import { zonedIso } from '../../domain/distribution-record.ts';
import { AppError } from '../../domain/errors.ts';
import { packageFilename, packageKey, packageStamp } from '../../domain/package-layout.ts';
import { metadataOf } from './object-facts.ts';
import type { Measure } from './package/staged-file.ts';
import type { Run } from './run.ts';
import { note } from './run-context.ts';
import { takeBack, takeBackStrays } from './upload/clean-up.ts';
import { KeyTaken, type Uploaded, upload } from './upload/upload.ts';
import { createTrace, type UploadTrace } from './upload/upload-trace.ts';
import type { UploadJournal, WorkFolder } from './work-folder.ts';

/** A package in the bucket, under its name. */
export type Placed = { key: string; filename: string; createdAt: number; uploaded: Uploaded };

/** Uploads under a name of this second, or of the next free one; `origin` goes into the object's metadata. */
export async function place(
  run: Run,
  zip: string,
  packed: Measure,
  origin: { platforms: readonly string[]; builds: readonly string[] },
): Promise<Placed> {
  const { deps, bucket, region, folder, context } = run;
  const runId = deps.newId();
  const createdAt = deps.clock.now();
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const stamp = packageStamp(createdAt + attempt * 1000);
    const key = packageKey(stamp);
    const trace = createTrace({ region, bucket, key, runId });
    await writeJournal(folder, trace, 'uploading');
    run.trace = trace;
    const metadata = {
      checksum: packed.sha256,
      created: zonedIso(createdAt),
      profile: asciiOf(deps.deployment.profile.name),
      ...metadataOf(origin, deps),
    };
    try {
      const uploaded = await upload(deps, { ...packed, file: zip, metadata }, trace, context);
      if (trace.mayHaveStrays) await takeBackStrays(deps.aws, trace, context.signal).catch(() => {});
      context.signal.throwIfAborted();
      return { key, filename: packageFilename(stamp), createdAt, uploaded };
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      note(context, `${key} is somebody else’s package of the same second: taking the next name.`);
      await takeBack(deps.aws, trace, context.signal);
    }
  }
  throw new AppError({
    kind: 'conflict',
    message: `All package names of the last seconds are taken in ${bucket}.`,
    hint: 'Is something shipping in a loop? Try again.',
  });
}

/** Object metadata travel in HTTP headers. */
function asciiOf(text: string): string {
  return text.replace(/[^ -~]/g, '_');
}

/** Notes on disk what lies in the bucket, for the case that this process does not live to tidy up. */
export function writeJournal(
  folder: WorkFolder,
  { region, bucket, key, runId, policySid }: UploadTrace,
  state: UploadJournal['state'],
): Promise<void> {
  const journal = { region, bucket, key, runId, state };
  return folder.writeJournal(policySid === undefined ? journal : { ...journal, policySid });
}
