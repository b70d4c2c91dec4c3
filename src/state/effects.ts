import type { Target } from './state.ts';

/** What a key makes the outside do. Data only; `runtime/actions.ts` performs them. */
export type Effect =
  | { effect: 'quit' }
  | { effect: 'suspend' }
  | { effect: 'copy'; text: string; what: string }
  /** Outside the alternate screen, its lines unbroken. */
  | { effect: 'show-raw'; text: string }
  | { effect: 'open-url'; url: string }
  | { effect: 'remember-target'; target: Target }
  /** Finds out what a start would cost and build from, then asks; only on AWS. */
  | { effect: 'prepare-start'; project: string }
  | { effect: 'start'; project: string }
  | { effect: 'stop'; id: string }
  | { effect: 'retry'; id: string }
  | { effect: 'ship'; expiresHours: number; buildId?: string }
  | { effect: 'cancel-ship' }
  | { effect: 'find'; buildId: string; text: string; from: number; direction: 1 | -1 }
  | { effect: 'jump'; buildId: string; to: 'error' | 'phase'; from: number; direction: 1 | -1 };
