import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { zonedIso } from '../../domain/distribution-record.ts';
import { AppError } from '../../domain/errors.ts';
import { checksumsKey, checksumsText, packageKey, packageStamp } from '../../domain/package-layout.ts';
import type { RunJournal } from './journal.ts';
import { headerText, metadataOf } from './object-facts.ts';
import { stageText } from './package/staged-file.ts';
import type { Produced } from './produce.ts';
import { noteInJournal, type Run } from './run.ts';
import { note } from './run-context.ts';
import { takeBack, takeBackStrays } from './upload/clean-up.ts';
import { KeyTaken, type Uploaded, upload } from './upload/upload.ts';
import { createTrace, type UploadTrace } from './upload/upload-trace.ts';

/** A package in the bucket, under its name. */
export type Placed = { key: string; filename: string; createdAt: number; uploaded: Uploaded };

/** Names tried, a second apart. */
const mostNames = 10;

/** Uploads under a name of this second, or of the next free one; a run that goes on keeps the name it had. */
export async function place(run: Run, produced: Produced): Promise<Placed> {
  const { deps, bucket, context } = run;
  const runId = run.journal?.runId ?? deps.newId();
  const createdAt = run.journal?.createdAt ?? deps.clock.now();
  let key = run.journal?.key;
  for (let attempt = 0; attempt < mostNames; attempt += 1) {
    key ??= packageKey(packageStamp(createdAt + attempt * 1000));
    try {
      return await placeAt(run, produced, { key, runId, createdAt });
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      note(context, `${key} is somebody else’s package of the same second: taking the next name.`);
      for (const trace of run.traces) await takeBack(deps.aws, trace, context.signal);
      run.traces = [];
      key = undefined;
    }
  }
  throw new AppError({
    kind: 'conflict',
    message: `All package names of the last seconds are taken in ${bucket}.`,
    hint: 'Is something shipping in a loop? Try again.',
  });
}

type Name = Pick<RunJournal, 'key' | 'runId' | 'createdAt'>;

async function placeAt(run: Run, produced: Produced, name: Name): Promise<Placed> {
  const { deps, bucket, region, context, journal: former } = run;
  const { key, runId, createdAt } = name;
  const isGoingOn = former?.key === key;
  if (!isGoingOn) await beginJournal(run, produced, name);
  const target = { region, bucket, runId };
  const trace = createTrace({ ...target, key });
  if (isGoingOn) {
    trace.isGoingOn = true;
    trace.mayExist = true;
    // Begun without our learning its id, or not begun at all.
    trace.mayHaveStrays = former.uploadId === undefined;
    if (former.uploadId !== undefined) trace.uploadId = former.uploadId;
  }
  const beside = createTrace({ ...target, key: checksumsKey(key) });
  beside.isGoingOn = isGoingOn;
  beside.mayExist = isGoingOn;
  run.traces = [trace, beside];
  const { zip, packed } = produced;
  const metadata = {
    checksum: packed.sha256,
    created: zonedIso(createdAt),
    profile: headerText(deps.deployment.profile.name),
    ...metadataOf(
      {
        platforms: produced.contents.platforms ?? [],
        builds: produced.builds,
        allowedIps: run.options.allowedIps,
      },
      deps,
    ),
  };
  const onBegan = (uploadId: string) => noteInJournal(run, { uploadId });
  const source = { ...packed, file: zip, metadata, contentType: 'application/zip', onBegan };
  const uploaded = await upload(deps, source, trace, context);
  if (trace.mayHaveStrays) await takeBackStrays(deps.aws, trace, context.signal).catch(() => {});
  context.signal.throwIfAborted();
  await placeChecksums(run, produced, beside);
  return { key, filename: basename(key), createdAt, uploaded };
}

async function beginJournal(run: Run, { zip, packed, contents, builds, before }: Produced, name: Name) {
  const { expiresHours, buildIds, packagePath, allowedIps } = run.options;
  run.journal = {
    ...name,
    state: 'uploading',
    step: 'UPLOAD',
    region: run.region,
    bucket: run.bucket,
    parameterName: run.deps.deployment.parameterName,
    zip: {
      name: basename(zip),
      size: packed.size,
      sha256: packed.sha256,
      partBytes: packed.partBytes,
      parts: [...packed.parts],
    },
    files: contents.files,
    ...(contents.platforms ? { platforms: [...contents.platforms] } : {}),
    ...(contents.missing ? { missing: [...contents.missing] } : {}),
    builds,
    options: {
      expiresHours,
      ...(buildIds === undefined ? {} : { buildIds: [...buildIds] }),
      ...(packagePath === undefined ? {} : { packagePath }),
      ...(allowedIps === undefined ? {} : { allowedIps: [...allowedIps] }),
    },
    before: typeof before === 'object' ? before.version : before === 'none' ? 0 : before,
  };
  await noteInJournal(run, {});
}

/** Puts `checksums.txt` beside the package, for `sha256sum -c` in the folder it was downloaded to. */
async function placeChecksums(run: Run, { packed }: Produced, trace: UploadTrace): Promise<void> {
  const path = basename(run.journal?.key ?? '');
  const text = checksumsText([{ path, sha256: packed.sha256 }]);
  const file = join(run.folder.path, basename(trace.key));
  // There may be that of the run that was cut off.
  await rm(file, { force: true });
  const staged = await stageText(text, { path, file, origin: 'made here' });
  const source = {
    ...staged,
    parts: [],
    partBytes: 0,
    metadata: {},
    contentType: 'text/plain; charset=utf-8',
    silent: true as const,
  };
  await upload(run.deps, source, trace, run.context);
}
