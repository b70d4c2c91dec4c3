import type { DistributionEvent } from '../../domain/distribution.ts';
import { toAppError } from '../../domain/errors.ts';
import type { DistributionsService } from '../../domain/ports/distributions.ts';
import type { DistributionsDeps } from './deps.ts';
import { createEventChannel } from './event-channel.ts';
import { createLinks, type ListBy } from './links/links-service.ts';
import type { ListCache } from './list-packages.ts';
import { packageBucket } from './package-bucket.ts';

export type { DistributionsDeps, Processes } from './deps.ts';
export { systemProcesses } from './processes.ts';

/** Distributions over S3 and Parameter Store. The SDK and all that needs it are loaded at the first call. */
export function createDistributions(deps: DistributionsDeps): DistributionsService {
  const cache: ListCache = { facts: new Map(), mayList: { versions: true } };
  const listBy: ListBy = async (by, signal, say) => {
    const { listPackages } = await import('./list-packages.ts');
    return listPackages(by, packageBucket(deps.deployment), cache, signal, say);
  };
  return {
    make: (options, signal) =>
      running(signal, async (emit, cancel) => {
        const { makeDistribution } = await import('./make.ts');
        return makeDistribution(deps, options, emit, cancel);
      }),
    resume: (id, options, signal) =>
      running(signal, async (emit, cancel) => {
        const { resumeDistribution } = await import('./resume.ts');
        return resumeDistribution(deps, id, options, emit, cancel);
      }),
    async leftovers(signal) {
      // Asked at every start, which nearly always finds nothing: the SDK is not loaded for that.
      const { findLeftovers } = await import('./work-folder.ts');
      if ((await findLeftovers(deps.tempDir, deps.processes)).length === 0) return [];
      const { listLeftovers } = await import('./leftovers.ts');
      return listLeftovers(deps, signal);
    },
    async cleanUp(id, signal) {
      const { cleanUpLeftover } = await import('./leftovers.ts');
      return cleanUpLeftover(deps, id, signal);
    },
    async latest(signal) {
      const { latestRecord } = await import('./record/parameter.ts');
      const record = await latestRecord(deps, signal);
      if (!record) return undefined;
      const { withMemory } = await import('./ledger.ts');
      return withMemory(deps, record);
    },
    list: (signal, say) => listBy(deps, signal, say),
    links: createLinks(deps, listBy, (work, signal) => running(signal, work)),
  };
}

/**
 * The run goes on by itself and its events are read here. Aborted, or left by its reader, it cleans up first and
 * then ends; the iteration ends only after that, so whoever waits for it may exit the process.
 */
async function* running(
  signal: AbortSignal,
  begin: (emit: (event: DistributionEvent) => void, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<DistributionEvent> {
  const left = new AbortController();
  const cancel = AbortSignal.any([signal, left.signal]);
  const channel = createEventChannel<DistributionEvent>(
    (next, last) => next.kind === 'progress' && last.kind === 'progress' && next.step === last.step,
  );
  const run = begin(channel.push, cancel).then(
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
