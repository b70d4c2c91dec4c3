import type { Clock } from '../domain/clock.ts';
import { AppError, isAbort } from '../domain/errors.ts';
import { withJitter } from './backoff.ts';
import type { CredentialSource } from './credentials.ts';
import { leaveOnAbort } from './lock.ts';
import { isReset, isTimeout, sdkErrorFields } from './sdk-errors/fields.ts';
import { type CallContext, translateError } from './translate-error.ts';

export type CallOptions = {
  /**
   * How often it is tried in all (default 4). Pollers say 1: their pause is the retry, and their `trouble` says so.
   * A cut connection, refused credentials and a corrected clock have one more try each, at once, on top.
   */
  attempts?: number;
  /**
   * How long it is tried after the first failure, ms of the clock, where that takes more tries than `attempts`: silence
   * costs more time than a refusal.
   */
  patienceMs?: number;
  /**
   * Longest wait for an answer, ms of the clock; the SDK's own limits know nothing of credential providers. Absent where
   * an answer rightly takes its time: a sign-in, a transfer (`Infinity`, where another limit would hold).
   */
  answerMs?: number;
  /** Try no more once an answer did not come in time: whoever asks says so, and asks again. */
  impatient?: boolean;
  /** Told of each failure that is tried again, and with nothing when a try after that gets through. */
  onTrouble?: (trouble: CallTrouble | undefined) => void;
};

/** `since`: when the first of the tries failing in a row was made; epoch ms. */
export type CallTrouble = { error: AppError; since: number; nextTryAt: number };

/** How long a question that is quickly answered may stay without an answer. */
export const answerMs = 10_000;

/** For pollers: their pause is the retry, and their `trouble` says what is wrong. */
export const once = { attempts: 1, answerMs } as const satisfies CallOptions;

/** For transfers: other limits end them when nothing moves any more. */
export const transfer = { answerMs: Number.POSITIVE_INFINITY } as const satisfies CallOptions;

/** For callers that tell of a failure and begin anew: what passes quickly is tried again, silence is not waited for. */
export const impatient = { answerMs, impatient: true } as const satisfies CallOptions;

type CallDeps = {
  clock: Clock;
  random: () => number;
  credentials: Pick<CredentialSource, 'generation' | 'renew' | 'isLooking'>;
  awsProfile?: string;
  endpointUrl?: string;
};

/** Builds the function behind `AwsClients.call`. All our calls are safe to repeat: reads, or idempotent by token or by nature. */
export function createCall(deps: CallDeps) {
  return async <T>(
    context: CallContext,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
    options: CallOptions = {},
  ): Promise<T> => {
    const { attempts = 4, patienceMs = 0 } = options;
    const spent = new Set<string>();
    const since = deps.clock.now();
    let failedAt: number | undefined;
    for (let failures = 0; ; ) {
      signal.throwIfAborted();
      const generation = deps.credentials.generation();
      try {
        const answer = await answered(deps.clock, options.answerMs, signal, work);
        if (failures > 0) options.onTrouble?.(undefined);
        return answer;
      } catch (thrown) {
        signal.throwIfAborted();
        if (isAbort(thrown)) throw thrown;
        if (isTimeout(thrown) && deps.credentials.isLooking()) throw stillLooking(context);
        const error = translateError(thrown, {
          ...context,
          awsProfile: deps.awsProfile,
          endpointUrl: deps.endpointUrl,
        });
        const refused = error.kind === 'credentials' || error.kind === 'permission';
        if (first(spent, 'skew', refused && sdkErrorFields(thrown).clockSkewCorrected)) continue;
        if (first(spent, 'reset', isReset(thrown))) continue;
        const renewed = error.kind === 'credentials' && deps.credentials.renew(generation);
        if (first(spent, 'credentials', renewed)) continue;
        failures += 1;
        failedAt ??= deps.clock.now();
        const isTried = failures >= attempts && deps.clock.now() - failedAt >= patienceMs;
        const isEnough = isTried || (options.impatient === true && isTimeout(thrown));
        if (!error.retryable || isEnough) throw error;
        const pause = retryPause(error.kind === 'throttled', failures, deps.random);
        options.onTrouble?.({ error, since, nextTryAt: deps.clock.now() + pause });
        await deps.clock.sleep(pause, signal);
      }
    }
  };
}

const longestPauseMs = 4_000;

/** Milliseconds before another try inside one call; short, since somebody waits for the answer. */
function retryPause(throttled: boolean, failures: number, random: () => number): number {
  return withJitter(Math.min(longestPauseMs, (throttled ? 1_000 : 250) * 2 ** (failures - 1)), random, 0.5);
}

/** Whether this happened for the first time. */
function first(spent: Set<string>, what: string, happened: boolean): boolean {
  if (!happened || spent.has(what)) return false;
  spent.add(what);
  return true;
}

/** A credential process may well wait for its user; it is not asked a second time meanwhile. */
function stillLooking({ doing }: CallContext): AppError {
  return new AppError({
    kind: 'credentials',
    message: `${doing}: still waiting for the AWS credentials.`,
    hint: 'Is a sign-in window open? The program goes on by itself when they are there.',
  });
}

/** What comes of `work`, or a TimeoutError when nothing did in time. */
async function answered<T>(
  clock: Clock,
  limitMs: number | undefined,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not all of the SDK heeds the signal (credential providers do not): whoever waits must be able to leave.
  if (limitMs === undefined || limitMs === Number.POSITIVE_INFINITY)
    return leaveOnAbort(work(signal), signal);
  const limit = new AbortController();
  const leave = () => limit.abort(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  const late = new DOMException('No answer in time', 'TimeoutError');
  clock.sleep(limitMs, limit.signal).then(
    () => limit.abort(late),
    () => {},
  );
  try {
    return await leaveOnAbort(work(limit.signal), limit.signal);
  } catch (error) {
    // The SDK may tell of the abort before the reason is heard.
    throw limit.signal.reason === late ? late : error;
  } finally {
    signal.removeEventListener('abort', leave);
    limit.abort();
  }
}
