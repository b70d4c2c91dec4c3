import type { Distribution } from '../../domain/distribution.ts';
import { AppError } from '../../domain/errors.ts';
import { recordInLedger } from './ledger.ts';
import { type Linked, linkPackage, planLink, verifyPackage } from './link-plan.ts';
import { lookAt } from './links/look-at.ts';
import { momentText } from './links/moment-text.ts';
import { stillServed } from './links/still-served.ts';
import { type Placed, place } from './place.ts';
import type { Produced } from './produce.ts';
import { newerRecorded } from './record/newer-recorded.ts';
import { fittingRecord, record } from './record/record.ts';
import { noteInJournal, type Run, step } from './run.ts';
import { note } from './run-context.ts';

type Signed = { linked: Linked; made: Omit<Distribution, 'verified'>; text: string };

/** UPLOAD, LINK, VERIFY and RECORD. Nothing that others can see changes before the last. */
export async function publish(run: Run, produced: Produced): Promise<Distribution> {
  const placed = await uploadStep(run, produced);
  const signed = await linkStep(run, produced, placed);
  const verified = await verifyStep(run, produced, placed, signed);
  const isRecorded = await recordStep(run, produced, placed, signed);
  return { ...signed.made, verified, ...(isRecorded ? {} : { isUnrecorded: true }) };
}

function uploadStep(run: Run, produced: Produced): Promise<Placed> {
  return step(run, 'UPLOAD', async () => {
    const placed = await place(run, produced);
    return [placed, `s3://${run.bucket}/${placed.key}`];
  });
}

function linkStep(run: Run, produced: Produced, placed: Placed): Promise<Signed> {
  return step(run, 'LINK', async () => {
    const plan = produced.plan ?? (await planLink(run));
    const linked = await linkPackage(run, plan, placed);
    const made = summary(run, produced, placed, linked);
    return [
      { linked, made, text: fittingRecord(made) },
      `works until ${momentText(run.deps, linked.link.life.expiresAt)}`,
    ];
  });
}

function verifyStep(
  run: Run,
  { zip, packed }: Produced,
  placed: Placed,
  { linked }: Signed,
): Promise<string> {
  return step(run, 'VERIFY', async () => {
    const done = await verifyPackage(run, linked, placed, packed, zip);
    return [done, done];
  });
}

function recordStep(run: Run, produced: Produced, placed: Placed, signed: Signed): Promise<boolean> {
  return step(run, 'RECORD', async () => {
    await stillThere(run, placed, signed);
    // What was recorded since the run was cut off must not give way to an older package by its being finished.
    const newer = run.isResumed ? await newerRecorded(run.deps, placed.key, run.context) : undefined;
    const overwritten = newer === undefined ? await writeRecord(run, produced, placed, signed) : undefined;
    run.traces = [];
    await noteInLedger(run, signed.made);
    if (newer !== undefined) return [false, `not written: it points to ${newer}, which is newer`];
    const { parameterName } = run.deps.deployment;
    return overwritten === undefined
      ? [true, parameterName]
      : [false, `written to ${parameterName}, but ${overwritten}`];
  });
}

/**
 * The last look before others see it: somebody else may have deleted or revoked the package while it was read back.
 * @throws AppError where they did; the record stays as it is then
 */
async function stillThere(
  { deps, context, bucket, region }: Run,
  { key, filename, uploaded }: Placed,
  { linked: { link, restricted } }: Signed,
): Promise<void> {
  const place = { bucket, region };
  const look = await lookAt(deps, place, key, uploaded.versionId, context.signal, {});
  if (look === 'gone') {
    throw new AppError({
      kind: 'not-found',
      message: `${filename} was deleted by somebody else while its link was being made.`,
      hint: 'The record stays as it is. Make a new distribution: ccwb-tui distribute',
    });
  }
  const made = { key, filename, url: link.url, isRestricted: restricted !== undefined };
  await stillServed(deps, place, made, context.signal);
}

function summary(
  run: Run,
  { packed, contents, builds }: Produced,
  placed: Placed,
  { link, restricted }: Linked,
): Omit<Distribution, 'verified'> {
  const { versionId } = placed.uploaded;
  return {
    url: link.url,
    expiresAt: link.life.expiresAt,
    expiryCause: link.life.cause,
    packageKey: placed.key,
    bucket: run.bucket,
    ...(versionId === undefined ? {} : { versionId }),
    checksum: packed.sha256,
    filename: placed.filename,
    size: packed.size,
    createdAt: placed.createdAt,
    ...contents,
    builds,
    ...(run.deps.identity ? { by: run.deps.identity.arn } : {}),
    ...(restricted ? { allowedIps: restricted.allowed.map(({ text }) => text) } : {}),
  };
}

/** What is recorded is made: neither a cancel nor a failure of the ledger changes that. */
async function noteInLedger({ deps, context }: Run, made: Omit<Distribution, 'verified'>): Promise<void> {
  const said = await recordInLedger(deps, made, new AbortController().signal);
  for (const text of said) note(context, text);
}

/** Answers with what was written over it at once, if anything was. */
async function writeRecord(
  run: Run,
  { before }: Produced,
  { key }: Placed,
  { text }: Signed,
): Promise<string | undefined> {
  const aboutToWrite = () => noteInJournal(run, { state: 'recording' });
  const outcome = await record(run.deps, text, before, aboutToWrite, run.context);
  if (outcome.recorded) return outcome.overwritten;
  if (outcome.certain) {
    await noteInJournal(run, { state: 'uploading' });
    throw outcome.error;
  }
  // The record may yet turn out to point to the package: a link to nothing would be worse than a package too many.
  run.traces = [];
  throw new AppError({
    kind: outcome.error.kind,
    message: `${outcome.error.message} Whether it was written is not known, so the package ${key} stays.`,
    hint: 'Settle it with: ccwb-tui distribute --resume',
    retryable: true,
    cause: outcome.error,
  });
}
