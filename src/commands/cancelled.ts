import { isAbort } from '../domain/errors.ts';
import type { CommandContext } from './context.ts';

/** Ends a command that was cancelled, and has told what that left. */
export class CancelTold extends Error {
  constructor(cause: unknown) {
    super('The command was cancelled.', { cause });
    this.name = 'AbortError';
  }
}

/**
 * Does the work of a command; where it is cancelled and nobody told yet what that left, `left` does: a sentence behind
 * "Cancelled", on stderr. stdout stays empty.
 */
export async function tellingCancel<T>(
  context: CommandContext,
  left: () => string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!context.signal.aborted || !isAbort(error) || error instanceof CancelTold) throw error;
    context.io.err(`Cancelled ${left()}\n`);
    throw new CancelTold(error);
  }
}
