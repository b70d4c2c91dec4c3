import type { Distribution } from '../../../domain/distribution.ts';
import { recordText, standardParameterBytes } from '../../../domain/distribution-record.ts';
import { AppError } from '../../../domain/errors.ts';
import type { CallOptions } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { withinGrace } from '../grace.ts';
import { note, type RunContext } from '../run-context.ts';
import { statusOf } from '../upload/upload-trace.ts';
import { overwrittenBy, sayOverwritten, sayReplaced } from './meanwhile.ts';
import { readParameter, type StoredRecord, writeParameter } from './parameter.ts';

/** What the record was when the run began; `unreadable` where this identity may write it and not read it. */
export type RecordBefore = StoredRecord | 'none' | 'unreadable';

export async function recordBefore(deps: DistributionsDeps, context: RunContext): Promise<RecordBefore> {
  try {
    return (await readParameter(deps, context.signal)) ?? 'none';
  } catch (error) {
    if (error instanceof AppError && error.kind === 'permission') return 'unreadable';
    throw error;
  }
}

/**
 * The record's text, while nothing has changed yet that others can see.
 * @throws AppError `invalid` where it would not fit the parameter.
 */
export function fittingRecord(distribution: Omit<Distribution, 'verified'>): string {
  const text = recordText(distribution);
  const bytes = Buffer.byteLength(text);
  if (bytes <= standardParameterBytes) return text;
  throw new AppError({
    kind: 'invalid',
    message: `The record would have ${bytes} bytes; a standard parameter holds ${standardParameterBytes}.`,
    hint: 'The session token in the link is what is long: sign in with another role, or with long-term keys.',
  });
}

/** Once the patience of a run is spent, what the record holds is asked for a moment longer. */
const someTries: CallOptions = { attempts: 4 };

/**
 * Whether the record was written. `overwritten`: by whom it was written over at once, in words that follow "recorded,
 * but"; then it does not point to the run's package any more.
 */
export type RecordOutcome =
  | { recorded: true; overwritten?: string }
  | { recorded: false; certain: boolean; error: AppError };

/**
 * RECORD: writes the parameter, the one step that others see; a cancel cuts it short only where no answer comes for a
 * while. Parameter Store cannot compare and swap: what somebody else wrote meanwhile is replaced, and said; and it is
 * looked at once more, for of two who write in the same moment only the later one can see the other's version.
 * `aboutToWrite` is waited for right before it.
 */
export async function record(
  deps: DistributionsDeps,
  text: string,
  before: RecordBefore,
  aboutToWrite: () => Promise<void>,
  context: RunContext,
): Promise<RecordOutcome> {
  const spared = <T>(work: (signal: AbortSignal) => Promise<T>) =>
    withinGrace(context.signal, () => true, deps.clock, work);
  const present = before === 'unreadable' ? undefined : await readParameter(deps, context.signal);
  const known = before === 'unreadable' ? undefined : (present?.version ?? 0);
  if (present && !isSame(present, before)) sayReplaced(deps, present, context);
  if (before === 'unreadable') note(context, unseen);
  await aboutToWrite();
  context.signal.throwIfAborted();
  let written: Awaited<ReturnType<typeof writeParameter>>;
  try {
    written = await spared((signal) => writeParameter(deps, text, signal));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (wasRefused(error)) return { recorded: false, certain: true, error };
    const now = await spared((signal) => readParameter(deps, signal, someTries)).catch(() => undefined);
    if (now?.text === text) return { recorded: true };
    return { recorded: false, certain: false, error };
  }
  const { version, tries } = written;
  // Who may not read it cannot see what others wrote.
  if (known === undefined || version === undefined) return { recorded: true };
  await sayOverwritten(deps, { known, version, tries, text }, context);
  const overwritten = await overwrittenBy(deps, { text, version }, context);
  return { recorded: true, ...(overwritten === undefined ? {} : { overwritten }) };
}

const unseen =
  'The record may not be read (ssm:GetParameter): whose distribution it pointed to is not seen, and it will point to this one.';

/**
 * Versions alone do not tell: they begin anew where the parameter was deleted meanwhile. A run that was cut off knows
 * the version only.
 */
function isSame(present: StoredRecord, before: RecordBefore): boolean {
  if (typeof before !== 'object' || present.version !== before.version) return false;
  return before.text === '' || present.text === before.text;
}

/** AWS said no: nothing was written. Anything else may have been carried out all the same. */
function wasRefused(error: AppError): boolean {
  const status = statusOf(error) ?? 0;
  return !error.retryable && status >= 400 && status < 500;
}
