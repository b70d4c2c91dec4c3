import type { AppError } from '../domain/errors.ts';

/** How long a command goes on asking a service that does not answer, in milliseconds. */
export const patienceMs = 2 * 60_000;

type Trouble = { kind: 'trouble'; error: AppError; since: number };

/**
 * Throws the error of a trouble that lasts: nobody sits in front of a command to see it. Throttling always passes;
 * a missing permission never does where nothing could be read before.
 */
export function loseHope(trouble: Trouble, now: number, hasRead: boolean): void {
  const { error, since } = trouble;
  if (error.kind === 'throttled') return;
  if ((error.kind === 'permission' && !hasRead) || now - since >= patienceMs) throw error;
}
