import { AppError } from '../../../domain/errors.ts';
import type { Refusal } from './source.ts';
import type { Unreadable } from './watchdog.ts';

export const notReadBack: Unreadable = {
  message: 'The package cannot be read back',
  hint: 'Check the network and proxy; nothing was recorded. Try again.',
};

/** Whether S3 asks to come back later, as any request may be answered. */
export const isBusy = ({ status }: Refusal): boolean => status >= 500 || status === 429;

export function refusedLink(refusal: Refusal): AppError {
  if (isBusy(refusal)) return busyLink(refusal);
  const { status } = refusal;
  return new AppError({
    kind: status === 403 ? 'permission' : 'failed',
    message: `The link does not work: HTTP ${status}, ${saidIn(refusal)}.`,
    hint:
      status === 403
        ? 'The identity that signs needs s3:GetObject and s3:GetObjectVersion, and no bucket policy may deny it.'
        : 'Is something between here and S3, a proxy for instance?',
  });
}

/** Of a link that may well work later. */
export function busyLink(refusal: Refusal): AppError {
  const { status, code } = refusal;
  if (status === 429 || throttling.has(code)) {
    return new AppError({
      kind: 'throttled',
      message: 'Reading the link: AWS asks to slow down (throttled).',
      hint: 'The account is busy; try again later.',
      retryable: true,
    });
  }
  return new AppError({
    kind: 'unavailable',
    message: `The link cannot be read now: HTTP ${status}, ${saidIn(refusal)}.`,
    // What is not S3 has no code of S3's.
    hint:
      code === ''
        ? 'Is something between here and S3, a proxy for instance?'
        : 'S3 has a problem of its own; try again later.',
    retryable: true,
  });
}

const throttling = new Set(['SlowDown', 'Throttling', 'RequestLimitExceeded', 'TooManyRequests']);

/** What the answer says, to stand within a sentence. */
const saidIn = ({ code, message }: Refusal): string =>
  [code, message].filter(Boolean).join(': ').replace(/\.+$/, '') || 'no reason given';

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
