import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LeftoverRun } from '../../domain/distribution.ts';
import { parseRecord } from '../../domain/distribution-record.ts';
import { AppError } from '../../domain/errors.ts';
import { checksumsKey } from '../../domain/package-layout.ts';
import { impatient } from '../aws-call.ts';
import type { DistributionsDeps } from './deps.ts';
import type { RunJournal } from './journal.ts';
import { type PackageBucket, packageBucket } from './package-bucket.ts';
import { removeStatement } from './policy/statements.ts';
import { readParameter, type StoredRecord } from './record/parameter.ts';
import { settleRecorded } from './record/recorded-run.ts';
import { takeBack, takeBackKilled } from './upload/clean-up.ts';
import { presentParts } from './upload/present-parts.ts';
import { createTrace } from './upload/upload-trace.ts';
import { adoptLeftover, findLeftovers, type Leftover, removeLeftover } from './work-folder.ts';

/** A leftover with its journal, of this account and profile. */
export type OurLeftover = Leftover & { journal: RunJournal };

/** Whether a run was made for this bucket and this record. */
export function isOfPlace(
  deps: Pick<DistributionsDeps, 'deployment'>,
  { bucket, region }: PackageBucket,
  journal: RunJournal,
): boolean {
  const { parameterName } = deps.deployment;
  return journal.bucket === bucket && journal.region === region && journal.parameterName === parameterName;
}

/** Runs that can be finished or cleaned up, oldest first. */
export async function ourLeftovers(deps: DistributionsDeps): Promise<OurLeftover[]> {
  const place = packageBucket(deps.deployment);
  const ours: OurLeftover[] = [];
  for (const leftover of await findLeftovers(deps.tempDir, deps.processes)) {
    const { journal } = leftover;
    // What is unwanted goes by itself with the next run.
    if (!journal || journal.state === 'unwanted' || !isOfPlace(deps, place, journal)) continue;
    ours.push({ ...leftover, journal });
  }
  return ours.sort((a, b) => a.journal.createdAt - b.journal.createdAt);
}

/** See `DistributionsService.leftovers`. */
export async function listLeftovers(deps: DistributionsDeps, signal: AbortSignal): Promise<LeftoverRun[]> {
  const runs: LeftoverRun[] = [];
  await tidyUnbegun(deps);
  for (const leftover of await ourLeftovers(deps)) {
    signal.throwIfAborted();
    const { journal } = leftover;
    const recorded = journal.state === 'recording' && (await recordOf(deps, journal.key, signal));
    if (recorded) {
      await settleRecorded(deps, journal, recorded.text);
      await removeLeftover(leftover);
      continue;
    }
    runs.push(await describe(deps, leftover, signal));
  }
  return runs;
}

/** Runs that were cut off before anything of theirs could be in the bucket: there is nothing to ask about. */
async function tidyUnbegun(deps: DistributionsDeps): Promise<void> {
  for (const leftover of await findLeftovers(deps.tempDir, deps.processes)) {
    if (!leftover.journal) await removeLeftover(leftover).catch(() => {});
  }
}

async function describe(
  deps: DistributionsDeps,
  leftover: OurLeftover,
  signal: AbortSignal,
): Promise<LeftoverRun> {
  const { id, journal } = leftover;
  const { key, createdAt, step, builds, options, zip } = journal;
  const uploaded = step === 'UPLOAD' ? await uploadedBytes(deps, journal, signal) : zip.size;
  const hopeless = await whyHopeless(leftover);
  return {
    id,
    key,
    filename: basename(key),
    size: zip.size,
    createdAt,
    step,
    ...(uploaded === undefined ? {} : { uploaded }),
    builds,
    expiresHours: options.expiresHours,
    ...(hopeless === undefined ? {} : { hopeless }),
  };
}

/** How much of it lies in the bucket: a figure to decide by, for which nobody waits long. */
async function uploadedBytes(
  deps: DistributionsDeps,
  journal: RunJournal,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { uploadId, zip } = journal;
  if (uploadId === undefined) return 0;
  const aws: DistributionsDeps['aws'] = {
    ...deps.aws,
    call: (context, abort, work) => deps.aws.call(context, abort, work, impatient),
  };
  try {
    const present = await presentParts(aws, zip, { ...journal, uploadId }, signal);
    return [...(present?.values() ?? [])].reduce((sum, { size }) => sum + size, 0);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Why a run cannot be finished, seen from the disk; its bytes are compared as they are sent. */
export async function whyHopeless({ path, journal }: OurLeftover): Promise<string | undefined> {
  const info = await stat(join(path, journal.zip.name)).catch(() => undefined);
  if (!info?.isFile()) return 'its package is no longer on this disk';
  return info.size === journal.zip.size ? undefined : 'its package on this disk has changed';
}

/** The record, where it points to this package. */
async function recordOf(
  deps: DistributionsDeps,
  key: string,
  signal: AbortSignal,
): Promise<StoredRecord | undefined> {
  try {
    const stored = await readParameter(deps, signal, impatient);
    return recordedKey(stored) === key ? stored : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Key of the package that a record points to; undefined where there is none that can be read. */
export function recordedKey(stored: StoredRecord | string | undefined): string | undefined {
  if (typeof stored !== 'object') return undefined;
  try {
    return parseRecord(stored.text).packageKey;
  } catch {
    return undefined;
  }
}

/** The leftover of this id. @throws AppError `not-found`. */
export async function findLeftover(deps: DistributionsDeps, id: string): Promise<OurLeftover> {
  const found = (await ourLeftovers(deps)).find((leftover) => leftover.id === id);
  if (found) return found;
  throw noLongerThere();
}

export function noLongerThere(): AppError {
  return new AppError({
    kind: 'not-found',
    message: 'What was left of that distribution is no longer there.',
    hint: 'Another ccwb-tui may be at it, or has cleaned it up.',
  });
}

/** Takes back what a run that is over put into the bucket, by its journal: what there is, is looked up. */
export async function takeBackRun(
  deps: DistributionsDeps,
  journal: RunJournal,
  signal: AbortSignal,
): Promise<void> {
  const { uploadId, policySid } = journal;
  const zip = { ...createTrace(journal), ...(uploadId === undefined ? {} : { uploadId }) };
  await takeBackKilled(deps.aws, zip, signal);
  const beside = createTrace({ ...journal, key: checksumsKey(journal.key) });
  await takeBack(deps.aws, { ...beside, mayExist: true }, signal);
  if (policySid !== undefined) await removeStatement(deps, journal, policySid, signal);
}

/** See `DistributionsService.cleanUp`. */
export async function cleanUpLeftover(
  deps: DistributionsDeps,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const leftover = await findLeftover(deps, id);
  const { journal } = leftover;
  const isToStay = await mayBeRecorded(deps, journal, signal);
  // Nobody else may finish it meanwhile.
  const folder = await adoptLeftover(leftover, deps.tempDir, deps.processes);
  if (!folder) throw noLongerThere();
  try {
    if (!isToStay) {
      // Chosen is chosen: what cannot be removed now goes with the next run.
      await folder.writeJournal({ ...journal, state: 'unwanted' });
      await takeBackRun(deps, journal, signal);
    }
    await folder.remove();
  } finally {
    folder.release();
  }
}

/**
 * Whether the record points to the run's package or may have: its link can be in somebody's hands then. The versions
 * of the parameter tell: exactly one write since, which is not ours, leaves no room for ours.
 */
async function mayBeRecorded(
  deps: DistributionsDeps,
  journal: RunJournal,
  signal: AbortSignal,
): Promise<boolean> {
  const now = await readParameter(deps, signal);
  if (recordedKey(now) === journal.key) return true;
  if (journal.state !== 'recording') return false;
  if (journal.before === 'unreadable') return true;
  return (now?.version ?? 0) > journal.before + 1;
}
