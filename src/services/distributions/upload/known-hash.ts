import { createHash } from 'node:crypto';
import type { MetadataBearer, MiddlewareStack } from '@aws-sdk/types';
import { AppError } from '../../../domain/errors.ts';
import { sdkErrorFields } from '../../sdk-errors/fields.ts';

/**
 * Signs a request with the hash of its body as it is known already, sha256 in base64; the SDK would hash the bytes
 * anew. Whoever receives them compares: bytes that changed since are refused there.
 */
export function signWithKnownHash<I extends object, O extends MetadataBearer>(
  command: { middlewareStack: MiddlewareStack<I, O> },
  sha256: string,
): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers['x-amz-content-sha256'] = Buffer.from(sha256, 'base64').toString('hex');
      return next(args);
    },
    { step: 'build', name: 'ccwbKnownHash', override: true },
  );
}

const digestRefusals = new Set(['BadDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch']);

/**
 * What a refusal of the bytes means: they are no longer those that were packed, or they were damaged on their way, and
 * the error can be tried again.
 */
export function ofRefusedBytes(error: unknown, body: Uint8Array, sha256: string): unknown {
  if (!(error instanceof AppError)) return error;
  const { name, code } = sdkErrorFields(error.cause);
  if (!digestRefusals.has(name) && !digestRefusals.has(code)) return error;
  if (createHash('sha256').update(body).digest('base64') !== sha256) return changedOnDisk('changed');
  return new AppError({
    kind: 'unavailable',
    message: error.message,
    hint: 'Something between here and S3 damages what is sent; try again.',
    retryable: true,
    cause: error,
  });
}

/** The package is no longer what was packed. */
export function changedOnDisk(how: 'changed' | 'became shorter' | 'became longer'): AppError {
  return new AppError({
    kind: 'failed',
    message: `The package on disk ${how} while it was being uploaded.`,
    hint: 'Does something clean the temporary folder, or is the disk failing? Try again.',
  });
}
