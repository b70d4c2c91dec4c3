import { join } from 'node:path';
import type { Distribution, DistributionEvent, DistributionOptions } from '../../domain/distribution.ts';
import { AppError } from '../../domain/errors.ts';
import { formatBytes } from '../../domain/format.ts';
import type { DistributionsDeps } from './deps.ts';
import type { RunJournal } from './journal.ts';
import { findLeftover, noLongerThere, recordedKey, whyHopeless } from './leftovers.ts';
import { beginRun, toItsEnd } from './make.ts';
import { packageBucket } from './package-bucket.ts';
import type { Produced } from './produce.ts';
import { publish } from './publish.ts';
import { readParameter } from './record/parameter.ts';
import { settleRecorded } from './record/recorded-run.ts';
import type { Run } from './run.ts';
import { note } from './run-context.ts';
import { adoptLeftover } from './work-folder.ts';

/** See `DistributionsService.resume`: the run goes on in its folder, from UPLOAD on, with the options it had. */
export async function resumeDistribution(
  deps: DistributionsDeps,
  id: string,
  { ask }: Pick<DistributionOptions, 'ask'>,
  emit: (event: DistributionEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const leftover = await findLeftover(deps, id);
  const { journal } = leftover;
  const hopeless = await whyHopeless(leftover);
  if (hopeless !== undefined) throw cannotGoOn(hopeless);
  const folder = await adoptLeftover(leftover, deps.tempDir, deps.processes);
  if (!folder) throw noLongerThere();
  const options = optionsOf(journal, ask);
  const run: Run = {
    ...beginRun({ deps, options, emit, signal, folder, ...packageBucket(deps.deployment) }),
    journal,
    isResumed: true,
  };
  await toItsEnd(run, async () => {
    const recorded = await recordedAlready(run, journal);
    if (recorded) return recorded;
    sayMade(run, journal);
    return publish(run, producedOf(journal, folder.path));
  });
}

function optionsOf({ options }: RunJournal, ask: DistributionOptions['ask']): DistributionOptions {
  const { expiresHours, buildIds, packagePath, allowedIps } = options;
  return {
    expiresHours,
    ...(buildIds === undefined ? {} : { buildIds }),
    ...(packagePath === undefined ? {} : { packagePath }),
    ...(allowedIps === undefined ? {} : { allowedIps }),
    ...(ask === undefined ? {} : { ask }),
  };
}

function producedOf({ zip, builds, before, ...contents }: RunJournal, folder: string): Produced {
  const { name, ...packed } = zip;
  return {
    zip: join(folder, name),
    packed,
    contents: contentsOf(contents),
    builds,
    before: before === 'unreadable' ? before : before === 0 ? 'none' : { version: before, text: '' },
  };
}

function contentsOf({
  files,
  platforms,
  missing,
}: Pick<RunJournal, 'files' | 'platforms' | 'missing'>): Produced['contents'] {
  return { files, ...(platforms ? { platforms } : {}), ...(missing ? { missing } : {}) };
}

/** The steps that the run had behind it. */
function sayMade(run: Run, { files, zip }: RunJournal): void {
  const details = {
    COLLECT: 'by the run that was cut off',
    CHECK: `${files.length} files`,
    PACK: `${formatBytes(zip.size)}, sha256 ${zip.sha256}`,
  } as const;
  for (const step of ['COLLECT', 'CHECK', 'PACK'] as const) {
    run.context.emit({ kind: 'step', step, state: 'started' });
    run.context.emit({ kind: 'step', step, state: 'done', detail: details[step] });
  }
}

/** Cut off while it recorded, it may have been recorded all the same: then nothing is left to do. */
async function recordedAlready(run: Run, journal: RunJournal): Promise<Distribution | undefined> {
  if (journal.state !== 'recording' || journal.before === 'unreadable') return undefined;
  const stored = await readParameter(run.deps, run.context.signal);
  if (!stored || recordedKey(stored) !== journal.key) return undefined;
  run.traces = [];
  note(run.context, 'It had been recorded already.');
  const { distribution, said } = await settleRecorded(run.deps, journal, stored.text);
  for (const text of said) note(run.context, text);
  return distribution;
}

function cannotGoOn(why: string): AppError {
  return new AppError({
    kind: 'failed',
    message: `That distribution cannot be finished: ${why}.`,
    hint: 'Clean it up (ccwb-tui distribute --clean-up), then make a new one.',
  });
}
