import type { DistributionOptions, DistributionQuestion } from '../../domain/distribution.ts';
import { AppError } from '../../domain/errors.ts';

/**
 * Goes on only with a yes.
 * @param refusal what is wrong without it: thrown where nobody can be asked, and where the answer is no.
 * @throws AppError `failed`, whose hint names the flag where nobody could be asked.
 */
export async function agree(
  ask: DistributionOptions['ask'],
  question: DistributionQuestion,
  refusal: { message: string; hint?: string },
  signal: AbortSignal,
): Promise<void> {
  const yes = ask ? await ask(question, signal) : false;
  signal.throwIfAborted();
  if (yes) return;
  const remedy = refusal.hint === undefined ? '' : `${refusal.hint} `;
  throw new AppError({
    kind: 'failed',
    message: ask ? `Not made, as answered. ${refusal.message}` : refusal.message,
    hint: ask ? remedy.trim() || 'Nothing was changed.' : `${remedy}To go on all the same add --yes.`,
  });
}
