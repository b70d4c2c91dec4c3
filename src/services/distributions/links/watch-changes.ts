import { AppError } from '../../../domain/errors.ts';
import type { DistributionsDeps } from '../deps.ts';

/** What a call that changes something changes, in the words it is told in. */
const changing: Readonly<Record<string, string>> = {
  's3:DeleteObjectVersion': 'versions of the package were deleted',
  's3:DeleteObject': 'versions of the package were deleted',
  's3:PutBucketPolicy': 'the policy of the bucket was changed',
  's3:DeleteBucketPolicy': 'the policy of the bucket was changed',
  'ssm:PutParameter': 'the record was changed',
  'ssm:DeleteParameter': 'the record was changed',
};

type WatchedChanges = {
  /** The dependencies whose calls are watched. */
  deps: DistributionsDeps;
  /** What was changed so far, in clauses; empty where nothing was. */
  soFar(): string[];
};

function watchChanges(deps: DistributionsDeps): WatchedChanges {
  const done = new Set<string>();
  let isUnsure = false;
  const call: DistributionsDeps['aws']['call'] = async (context, signal, work, options) => {
    const change = context.action === undefined ? undefined : changing[context.action];
    if (change === undefined) return deps.aws.call(context, signal, work, options);
    let isOut = false;
    try {
      const answer = await deps.aws.call(
        context,
        signal,
        (abort) => {
          isOut = true;
          return work(abort);
        },
        options,
      );
      done.add(change);
      return answer;
    } catch (error) {
      // An answer of AWS is a refusal; without one it may have been carried out all the same.
      if (isOut && (!(error instanceof AppError) || error.retryable)) isUnsure = true;
      throw error;
    }
  };
  return {
    deps: { ...deps, aws: { ...deps.aws, call } },
    soFar: () => [...done, ...(isUnsure ? ['a last change may have been carried out'] : [])],
  };
}

/**
 * Does work that changes something; where it is cancelled, tells first what had been changed by then.
 * @param tell gets that as clauses; none where nothing was changed
 */
export async function tellingCancel<T>(
  deps: DistributionsDeps,
  signal: AbortSignal,
  tell: (changes: string[]) => void,
  work: (deps: DistributionsDeps) => Promise<T>,
): Promise<T> {
  const watched = watchChanges(deps);
  try {
    return await work(watched.deps);
  } catch (error) {
    if (signal.aborted) tell(watched.soFar());
    throw error;
  }
}
