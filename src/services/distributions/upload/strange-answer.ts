import { AppError } from '../../../domain/errors.ts';

/** S3 does not answer so. */
export function strangeAnswer(what: string): AppError {
  return new AppError({
    kind: 'unavailable',
    message: `S3 answered the upload with ${what}.`,
    hint: 'Try again; if it stays so, something between here and S3 changes the answers.',
    retryable: true,
  });
}
