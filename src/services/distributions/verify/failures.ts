import { AppError } from '../../../domain/errors.ts';
import type { Refusal } from './source.ts';
import type { Unreadable } from './watchdog.ts';

export const notReadBack: Unreadable = {
  message: 'The package cannot be read back',
  hint: 'Check the network and proxy; nothing was recorded. Try again.',
};

export function refusedLink({ status, code, message }: Refusal): AppError {
  const said = [code, message].filter(Boolean).join(': ') || 'no reason given';
  return new AppError({
    kind: status === 403 ? 'permission' : status >= 500 ? 'unavailable' : 'failed',
    message: `The link does not work: HTTP ${status}, ${said}.`,
    hint:
      status === 403
        ? 'The identity that signs needs s3:GetObject and s3:GetObjectVersion, and no bucket policy may deny it.'
        : 'Is something between here and S3, a proxy for instance?',
    retryable: status >= 500,
  });
}

function notThePackage(what: string): AppError {
  return new AppError({
    kind: 'failed',
    message: `What comes through the link is not the package: ${what}.`,
    hint: 'Something between here and S3 changes downloads; nothing was recorded.',
  });
}

/** What is wrong with what was read. */
export const otherBytes = {
  more: (size: number) => notThePackage(`more than its ${size} bytes`),
  fewer: (found: number, size: number) => notThePackage(`${found} of its ${size} bytes`),
  sha256: (found: string, expected: string) => notThePackage(`sha256 ${found} instead of ${expected}`),
  at: (position: number) => notThePackage(`other bytes than were packed from byte ${position} on`),
  elsewhere: () => notThePackage('other bytes than were asked for'),
  checksum: () => notThePackage('S3 keeps another checksum for it'),
};
