import { parseRecord } from '../../domain/distribution-record.ts';
import { AppError } from '../../domain/errors.ts';
import { isUnsettled } from './give-up.ts';
import type { RecordBefore } from './record/record.ts';
import type { Run } from './run.ts';

/**
 * Tells whoever cancelled a run what it has left, by what is known of it once the clean-up is over.
 * @param error what the run ended with
 * @param problem what the clean-up could not do
 */
export function sayCancelled(run: Run, error: unknown, problem?: AppError): void {
  const { context } = run;
  context.emit({ kind: 'cancelled', step: context.step, text: whatIsLeft(run, error, problem) });
}

function whatIsLeft(run: Run, error: unknown, problem: AppError | undefined): string {
  const { context, journal, before } = run;
  const begin = `Cancelled in ${context.step}`;
  if (isUnsettled(run)) {
    return error instanceof AppError
      ? `${begin}. ${error.message} ${error.hint ?? ''}`.trimEnd()
      : `${begin}: whether ${journal?.key} was recorded is not known, so it stays. Settle it with: ccwb-tui distribute --resume`;
  }
  const record = recordRemark(before, context.clock.now());
  if (problem) return `${begin}; ${record}. ${problem.message} ${problem.hint ?? ''}`.trimEnd();
  return journal
    ? `${begin}: nothing of it is left in the bucket; ${record}.`
    : `${begin}: nothing was put into the bucket; ${record}.`;
}

function recordRemark(before: RecordBefore | undefined, now: number): string {
  const untouched = 'the record was not touched';
  if (typeof before !== 'object') return untouched;
  try {
    return parseRecord(before.text).expiresAt > now ? 'the former link stays in force' : untouched;
  } catch {
    return untouched;
  }
}
