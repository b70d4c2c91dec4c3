import type { Clock } from '../domain/clock.ts';
import { isAbort } from '../domain/errors.ts';
import { withJitter } from './backoff.ts';
import type { CredentialSource } from './credentials.ts';
import { leaveOnAbort } from './lock.ts';
import { isReset, sdkErrorFields } from './sdk-errors/fields.ts';
import { type CallContext, translateError } from './translate-error.ts';

export type CallOptions = {
  /**
   * How often it is tried in all (default 4). Pollers say 1: their pause is the retry, and their `trouble` says so.
   * A cut connection, refused credentials and a corrected clock have one more try each, at once, on top.
   */
  attempts?: number;
};

type CallDeps = {
  clock: Clock;
  random: () => number;
  credentials: Pick<CredentialSource, 'generation' | 'renew'>;
  awsProfile?: string;
  endpointUrl?: string;
};

/** Builds the function behind `AwsClients.call`. All our calls are safe to repeat: reads, or idempotent by token or by nature. */
export function createCall(deps: CallDeps) {
  return async <T>(
    context: CallContext,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
    { attempts = 4 }: CallOptions = {},
  ): Promise<T> => {
    const spent = { reset: false, credentials: false, skew: false };
    for (let failures = 0; ; ) {
      signal.throwIfAborted();
      const generation = deps.credentials.generation();
      try {
        // Not all of the SDK heeds the signal (credential providers do not): whoever waits must be able to leave.
        return await leaveOnAbort(work(signal), signal);
      } catch (thrown) {
        signal.throwIfAborted();
        if (isAbort(thrown)) throw thrown;
        const error = translateError(thrown, {
          ...context,
          awsProfile: deps.awsProfile,
          endpointUrl: deps.endpointUrl,
        });
        const refused = error.kind === 'credentials' || error.kind === 'permission';
        if (once(spent, 'skew', refused && sdkErrorFields(thrown).clockSkewCorrected)) continue;
        if (once(spent, 'reset', isReset(thrown))) continue;
        if (error.kind === 'credentials' && once(spent, 'credentials', deps.credentials.renew(generation)))
          continue;
        failures += 1;
        if (!error.retryable || failures >= attempts) throw error;
        await deps.clock.sleep(retryPause(error.kind === 'throttled', failures, deps.random), signal);
      }
    }
  };
}

/** Milliseconds before another try inside one call; short, since somebody waits for the answer. */
function retryPause(throttled: boolean, failures: number, random: () => number): number {
  return withJitter(Math.min(20_000, (throttled ? 1_000 : 250) * 2 ** (failures - 1)), random, 0.5);
}

function once<K extends string>(spent: Record<K, boolean>, what: K, happened: boolean): boolean {
  if (!happened || spent[what]) return false;
  spent[what] = true;
  return true;
}
