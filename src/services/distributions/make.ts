import type { Distribution, DistributionEvent, DistributionOptions } from '../../domain/distribution.ts';
import { sayCancelled } from './cancelled.ts';
import type { DistributionsDeps } from './deps.ts';
import { diskFailure } from './disk-failure.ts';
import { giveUp, isUnsettled, isWorthKeeping, withProblem, withWayOn } from './give-up.ts';
import { packageBucket } from './package-bucket.ts';
import { patient } from './patience.ts';
import { produce } from './produce.ts';
import { publish } from './publish.ts';
import type { Run } from './run.ts';
import { note } from './run-context.ts';
import { createWorkFolder, type WorkFolder } from './work-folder.ts';

/**
 * The seven steps. Nothing that others can see changes before RECORD: a failure or cancel before it takes back
 * whatever was put into the bucket, then throws; what failed of something that passes is kept, to be finished later.
 * After a cancel the signal's reason is thrown.
 */
export async function makeDistribution(
  deps: DistributionsDeps,
  options: DistributionOptions,
  emit: (event: DistributionEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const place = packageBucket(deps.deployment);
  const folder = await createWorkFolder(deps.tempDir, deps.processes);
  const run = beginRun({ deps, options, emit, signal, folder, ...place });
  await toItsEnd(run, async () => publish(run, await produce(run)));
}

/** A run in its folder, at its beginning. */
export function beginRun(given: {
  deps: DistributionsDeps;
  options: DistributionOptions;
  emit: (event: DistributionEvent) => void;
  signal: AbortSignal;
  folder: WorkFolder;
  bucket: string;
  region: string;
}): Run {
  const { deps, options, emit, signal, folder, bucket, region } = given;
  return {
    deps: patient(deps, emit),
    options,
    context: { step: 'COLLECT', signal, clock: deps.clock, emit },
    bucket,
    region,
    folder,
    traces: [],
  };
}

/** Runs the steps; whatever becomes of them, what may stay behind afterwards is decided here. */
export async function toItsEnd(run: Run, steps: () => Promise<Distribution>): Promise<void> {
  const { context, folder } = run;
  try {
    context.emit({ kind: 'done', distribution: await steps() });
  } catch (thrown) {
    const error = diskFailure(thrown);
    // Whoever cancelled is told no error, but what is left.
    const { aborted: isCancelled } = context.signal;
    if (isUnsettled(run)) {
      if (isCancelled) sayCancelled(run, error);
      throw error;
    }
    if (!isCancelled && isWorthKeeping(run, error)) throw withWayOn(error);
    const problem = await giveUp(run);
    if (context.signal.aborted) sayCancelled(run, error, problem);
    else if (problem !== undefined) throw withProblem(error, problem);
    throw error;
  } finally {
    folder.release();
  }
  // What stays behind in the temporary folder is no reason to call a recorded distribution failed.
  await folder
    .remove()
    .catch(() => note(context, `The temporary folder ${folder.path} could not be removed.`));
}
