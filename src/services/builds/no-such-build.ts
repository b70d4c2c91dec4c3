import { AppError } from '../../domain/errors.ts';

/** What CodeBuild says by leaving a build out of its answer. */
export function noSuchBuild(reference: string): AppError {
  return new AppError({
    kind: 'not-found',
    message: `There is no build ${reference}.`,
    hint: 'ccwb-tui builds lists what there is; CodeBuild forgets builds after a year.',
  });
}
