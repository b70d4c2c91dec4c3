import type { DistributionEvent, DistributionOptions } from '../../domain/distribution.ts';
import { toAppError } from '../../domain/errors.ts';
import type { DistributionsService } from '../../domain/ports.ts';
import type { DistributionsDeps } from './deps.ts';
import { createEventChannel } from './event-channel.ts';
import type { ListCache } from './list-packages.ts';
import { packageBucket } from './package-bucket.ts';

export type { DistributionsDeps, Processes } from './deps.ts';
export { systemProcesses } from './processes.ts';

/** Distributions over S3 and Parameter Store. The SDK and all that needs it are loaded at the first call. */
export function createDistributions(deps: DistributionsDeps): DistributionsService {
  const cache: ListCache = { facts: new Map(), mayList: { versions: true } };
  return {
    make: (options, signal) => make(deps, options, signal),
    async latest(signal) {
      const { latestRecord } = await import('./record/parameter.ts');
      return latestRecord(deps, signal);
    },
    async list(signal, say) {
      const { listPackages } = await import('./list-packages.ts');
      return listPackages(deps, packageBucket(deps.deployment), cache, signal, say);
    },
  };
}

/**
 * The run goes on by itself and its events are read here. Aborted, or left by its reader, it cleans up first and
 * then ends; the iteration ends only after that, so whoever waits for it may exit the process.
 */
async function* make(
  deps: DistributionsDeps,
  options: DistributionOptions,
  signal: AbortSignal,
): AsyncGenerator<DistributionEvent> {
  const left = new AbortController();
  const cancel = AbortSignal.any([signal, left.signal]);
  const channel = createEventChannel<DistributionEvent>(
    (next, last) => next.kind === 'progress' && last.kind === 'progress' && next.step === last.step,
  );
  const { makeDistribution } = await import('./make.ts');
  const run = makeDistribution(deps, options, channel.push, cancel).then(
    () => channel.close(),
    (error: unknown) => channel.close(cancel.aborted ? undefined : toAppError(error)),
  );
  try {
    yield* channel;
  } finally {
    left.abort();
    await run;
  }
}
