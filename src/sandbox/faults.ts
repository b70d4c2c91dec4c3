/**
 * Faults that a test asks of the front, so that a client can be tried against what a network and a busy account do.
 * Nothing outside the tests passes a hook.
 */
export type FaultHook = (call: FaultCall) => Fault | undefined;

export type FaultCall = {
  /** `codebuild`, `logs`, `ssm`, `secretsmanager`, `cloudformation`, `sts`, `s3` or `ccwb-sandbox`. */
  service: string;
  /** As the SDK names it, `GetLogEvents`, `PutObject`. */
  operation: string;
  /** Calls of this operation so far, this one included: the first is 1. */
  count: number;
};

export type Fault =
  /** The throttling error in the words of the service's protocol. */
  | { kind: 'throttle' }
  | { kind: 'error'; code: string; message?: string; status?: number }
  /** The connection is reset, before or after the work was done. */
  | { kind: 'drop'; when: 'before' | 'after' }
  /** The request waits (its signature already checked) until the promise settles, then `next` or the work. */
  | { kind: 'delay'; until: Promise<unknown>; next?: Fault }
  /** Changes the JSON of a successful answer. */
  | { kind: 'transform'; json: (answer: Record<string, unknown>) => unknown }
  /** Something else answers: a proxy's page, say. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body: string };
