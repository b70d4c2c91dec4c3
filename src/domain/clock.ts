/** Time as a parameter: nothing below `main` asks the system for it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason (an AbortError) when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
