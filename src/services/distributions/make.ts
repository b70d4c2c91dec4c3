import type {
  Distribution,
  DistributionEvent,
  DistributionOptions,
  DistributionStep,
} from '../../domain/distribution.ts';
import { AppError } from '../../domain/errors.ts';
import { formatBytes, formatUtc } from '../../domain/format.ts';
import { platformsOf } from '../../domain/package-names.ts';
import { answerMs, type CallOptions } from '../aws-call.ts';
import { type Collected, collect } from './collect/collect.ts';
import type { DistributionsDeps } from './deps.ts';
import { deadline } from './grace.ts';
import { recordInLedger } from './ledger.ts';
import { estimateLink, makeLink } from './link.ts';
import { assemble } from './package/assemble.ts';
import { pack } from './package/pack.ts';
import type { Measure, StagedFile } from './package/staged-file.ts';
import { packageBucket } from './package-bucket.ts';
import { type Placed, place, writeJournal } from './place.ts';
import { keepRestricted, prepareRestriction, type Restriction, restrict } from './policy/restrict.ts';
import { removeStatement } from './policy/statements.ts';
import { fittingRecord, type RecordBefore, record, recordBefore } from './record/record.ts';
import type { Run } from './run.ts';
import { note, type RunContext } from './run-context.ts';
import { chooseSigner } from './signing-key.ts';
import { sweep } from './sweep.ts';
import { takeBack } from './upload/clean-up.ts';
import { verify } from './verify/verify.ts';
import { createWorkFolder } from './work-folder.ts';

/** How long cleaning up after a failure or a cancel may take, ms. */
const cleanUpMs = 20_000;

/**
 * The seven steps. Nothing that others can see changes before RECORD: a failure or cancel before it takes back
 * whatever was put into the bucket, then throws. After a cancel that is the signal's reason.
 */
export async function makeDistribution(
  deps: DistributionsDeps,
  options: DistributionOptions,
  emit: (event: DistributionEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const context: RunContext = { step: 'COLLECT', signal, clock: deps.clock, emit };
  signal.throwIfAborted();
  const { bucket, region } = packageBucket(deps.deployment);
  const folder = await createWorkFolder(deps.tempDir, deps.processes);
  const run: Run = {
    deps: patient(deps, emit),
    options,
    context,
    bucket,
    region,
    folder,
  };
  try {
    emit({ kind: 'done', distribution: await steps(run) });
  } catch (error) {
    const problem = await cleanUp(run);
    if (problem === undefined) throw error;
    if (!signal.aborted) throw withProblem(error, problem);
    note(context, problem.message);
    throw error;
  } finally {
    folder.release();
  }
  // What stays behind in the temporary folder is no reason to call a recorded distribution failed.
  await folder
    .remove()
    .catch(() => note(context, `The temporary folder ${folder.path} could not be removed.`));
}

/** A run has cost minutes: half a minute without a network is waited out, and said. */
const patience = 12;

function patient(deps: DistributionsDeps, emit: (event: DistributionEvent) => void): DistributionsDeps {
  const onTrouble: CallOptions['onTrouble'] = (trouble) =>
    emit(trouble ? { kind: 'trouble', ...trouble } : { kind: 'recovered' });
  const call: DistributionsDeps['aws']['call'] = (context, signal, work, options) =>
    deps.aws.call(context, signal, work, { attempts: patience, answerMs, onTrouble, ...options });
  return {
    ...deps,
    aws: { ...deps.aws, call },
    // Their own tries are for somebody who waits; around them there is time.
    builds: {
      list: (query, signal) =>
        call({ doing: 'Listing builds', action: 'codebuild:ListBuildsForProject' }, signal, (abort) =>
          deps.builds.list(query, abort),
        ),
      get: (id, signal, options) =>
        call({ doing: `Reading build ${id}`, action: 'codebuild:BatchGetBuilds' }, signal, (abort) =>
          deps.builds.get(id, abort, options),
        ),
    },
  };
}

async function steps(run: Run): Promise<Distribution> {
  const { deps, options, context, folder, bucket, region } = run;
  const newFile = folder.file;
  const began: { before?: RecordBefore } = {};

  const collected = await step(run, 'COLLECT', async () => {
    for (const text of await sweep(deps, { bucket, region }, context.signal)) note(context, text);
    sayLandingPage(run);
    began.before = await recordBefore(deps, context);
    const plan = await planLink(run);
    const found = await collect(deps, options, newFile, context);
    return [{ ...found, plan }, `${found.files.size} files of ${sources(found, options)}`];
  });
  const files = await step(run, 'CHECK', async () => {
    const checked = await assemble(deps, collected, newFile, context);
    return [checked, `${checked.length} files, nothing missing or empty`];
  });
  const zip = newFile();
  const packed = await step(run, 'PACK', async () => {
    const measure = await pack(files, zip, context);
    return [measure, `${formatBytes(measure.size)}, sha256 ${measure.sha256}`];
  });
  const placed = await step(run, 'UPLOAD', async () => {
    const origin = { platforms: platformsOf(files), builds: collected.builds.map(({ id }) => id) };
    const there = await place(run, zip, packed, origin);
    return [there, `s3://${bucket}/${there.key}`];
  });
  const linked = await step(run, 'LINK', async () => {
    const target = { region, bucket, key: placed.key, filename: placed.filename };
    const { signer, allowed } = collected.plan;
    const restricted = await restrict(run, placed.key, allowed);
    const link = await makeLink(deps, target, placed.uploaded, options.expiresHours, signer, context);
    const made = summary(run, { collected, files, packed, placed, link, restricted });
    return [
      { link, restricted, made, text: fittingRecord(made) },
      `works until ${formatUtc(link.life.expiresAt)}`,
    ];
  });
  const verified = await step(run, 'VERIFY', async () => {
    const { url, credentials } = linked.link;
    const object = { region, bucket, key: placed.key, versionId: placed.uploaded.versionId };
    const { allowed } = collected.plan;
    const done = await verify(deps, { url, object, credentials, packed, file: zip, allowed }, context);
    await keepRestricted(run, linked.restricted);
    return [done, done];
  });
  await step(run, 'RECORD', async () => {
    await writeRecord(run, linked.text, began.before ?? 'unreadable', placed.key);
    await noteInLedger(run, linked.made);
    return [undefined, deps.deployment.parameterName];
  });
  return { ...linked.made, verified };
}

/** A package of ours does not appear there: whoever expects that must know. */
function sayLandingPage({ deps, context }: Run): void {
  const { landingPageUrl, profile } = deps.deployment;
  if (landingPageUrl === undefined && profile.distributionType !== 'landing-page') return;
  const page = landingPageUrl === undefined ? 'a landing page' : `the landing page ${landingPageUrl}`;
  note(
    context,
    `This profile publishes on ${page}, which is ccwb’s own way and stays as it is; this package gets a presigned link beside it.`,
  );
}

/** What is found out about the link before anything costs time: who signs, for how long, for whom. */
async function planLink(run: Run) {
  const { deps, options, context, region } = run;
  const allowed = await prepareRestriction(run);
  const signer = await chooseSigner(deps, context);
  await estimateLink(deps, signer, region, options.expiresHours, context);
  return { allowed, signer };
}

/** Runs a step between its two events; the work answers with its result and a line on what came of it. */
async function step<T>(run: Run, name: DistributionStep, work: () => Promise<[T, string]>): Promise<T> {
  const { context } = run;
  context.signal.throwIfAborted();
  context.step = name;
  context.emit({ kind: 'step', step: name, state: 'started' });
  const [result, detail] = await work();
  context.emit({ kind: 'step', step: name, state: 'done', detail });
  return result;
}

function sources({ builds }: Collected, options: DistributionOptions): string {
  const ids = builds.map(({ id }) => id);
  return [...ids, ...(options.packagePath === undefined ? [] : ['the folder'])].join(', ');
}

type Parts = {
  collected: Collected;
  files: readonly StagedFile[];
  packed: Measure;
  placed: Placed;
  link: { url: string; life: { expiresAt: number; cause: Distribution['expiryCause'] } };
  restricted: Restriction | undefined;
};

function summary(
  run: Run,
  { collected, files, packed, placed, link, restricted }: Parts,
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
    files: files.map(({ path, size, mode, origin }) => ({ path, size, mode, origin })),
    builds: collected.builds.map(({ id }) => id),
    platforms: platformsOf(files),
    ...(restricted ? { allowedIps: restricted.allowed.map(({ text }) => text) } : {}),
    ...(run.deps.identity ? { by: run.deps.identity.arn } : {}),
  };
}

/** What is recorded is made: neither a cancel nor a failure of the ledger changes that. */
async function noteInLedger({ deps, context }: Run, made: Omit<Distribution, 'verified'>): Promise<void> {
  const said = await recordInLedger(deps, made, new AbortController().signal);
  for (const text of said) note(context, text);
}

async function writeRecord(run: Run, text: string, before: RecordBefore, key: string): Promise<void> {
  const { deps, context, folder, trace } = run;
  const aboutToWrite = async (): Promise<void> => {
    if (trace) await writeJournal(folder, trace, 'recording');
  };
  const outcome = await record(deps, text, before, aboutToWrite, context);
  if (outcome.recorded) {
    delete run.trace;
    return;
  }
  if (outcome.certain) throw outcome.error;
  // The record may yet turn out to point to the package: a link to nothing would be worse than a package too many.
  delete run.trace;
  throw new AppError({
    kind: outcome.error.kind,
    message: `${outcome.error.message} Whether it was written is not known, so the package ${key} stays.`,
    hint: 'See with: ccwb-tui distribute --get-latest. Making a new distribution settles it.',
    retryable: true,
    cause: outcome.error,
  });
}

/** Takes back what the run left, within a bounded time; answers with what stayed behind, if anything did. */
async function cleanUp(run: Run): Promise<AppError | undefined> {
  const { deps, folder, trace } = run;
  const limit = deadline(deps.clock, cleanUpMs);
  try {
    if (trace) {
      // Nothing points to it: should this not succeed, a later run may remove it.
      await writeJournal(folder, trace, 'uploading').catch(() => {});
      await takeBack(deps.aws, trace, limit.signal);
      if (trace.policySid !== undefined) await removeStatement(deps, trace, trace.policySid, limit.signal);
    }
    // With the folder goes the journal, from which a later run could still tidy up: only when all is well.
    await folder.remove();
    return undefined;
  } catch (error) {
    const reason = error instanceof AppError ? error.message : `not done within ${cleanUpMs / 1000} s.`;
    return new AppError({
      kind: 'failed',
      message: `Cleaning up failed: ${reason} ${trace ? `s3://${trace.bucket}/${trace.key}` : folder.path} may be left behind.`,
      hint: 'The next distribution made on this machine tries again.',
      cause: error,
    });
  } finally {
    limit.done();
  }
}

function withProblem(error: unknown, problem: AppError): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError({
    kind: error.kind,
    message: `${error.message} ${problem.message}`,
    hint: error.hint ?? problem.hint ?? '',
    retryable: error.retryable,
    cause: error,
  });
}
