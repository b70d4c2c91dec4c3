import type { DistributionEvent } from '../../domain/distribution.ts';
import { AppError } from '../../domain/errors.ts';
import { answerMs, type CallOptions } from '../aws-call.ts';
import type { DistributionsDeps } from './deps.ts';

/** A run has cost minutes: two of them without a network are waited out, and said; ms. */
const patienceMs = 120_000;

/** The same dependencies with the patience of a run, which tells of what fails for now. */
export function patient(
  deps: DistributionsDeps,
  emit: (event: DistributionEvent) => void,
): DistributionsDeps {
  // Parts are sent side by side: it is over when the last of them got through.
  const failing = new Set<symbol>();
  const call: DistributionsDeps['aws']['call'] = async (context, signal, work, options) => {
    const { action } = context;
    const id = Symbol(action);
    const isOver = () => {
      if (failing.delete(id) && failing.size === 0) emit({ kind: 'recovered' });
    };
    const onTrouble: CallOptions['onTrouble'] = (trouble) => {
      if (!trouble) return isOver();
      failing.add(id);
      emit({ kind: 'trouble', ...trouble, ...(action === undefined ? {} : { action }) });
    };
    try {
      return await deps.aws.call(context, signal, work, {
        answerMs,
        onTrouble,
        // Whoever counts tries has a reason.
        ...(options?.attempts === undefined ? { patienceMs } : {}),
        ...options,
      });
    } catch (error) {
      // A No is an answer too: that there is no policy, say.
      if (error instanceof AppError && !error.retryable) isOver();
      throw error;
    } finally {
      failing.delete(id);
    }
  };
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
