import type { ShipChoices, ShipFormValues } from '../domain/ship-form.ts';
import type { Target } from './state-session.ts';

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
  | ({ effect: 'ship'; buildId?: string } & ShipChoices)
  /** The same, where the folder can be read; else the form says why not. */
  | {
      effect: 'ship-with-folder';
      values: ShipFormValues;
      ship: { effect: 'ship'; buildId?: string; packagePath: string } & ShipChoices;
    }
  | { effect: 'cancel-ship' }
  /** Draws the link as a QR code, or saves a picture of it where there is no room. */
  | { effect: 'show-code'; url: string; filename: string }
  /** `overwrite`: the user has said Yes to that. */
  | { effect: 'save-code'; url: string; path: string; overwrite: boolean }
  | { effect: 'save-note'; text: string; path: string; overwrite: boolean }
  /** Finishes a distribution that was cut off; its id is that of the leftover. */
  | { effect: 'resume-ship'; id: string; expiresHours: number }
  | { effect: 'clean-leftover'; id: string; filename: string }
  /** Answers what the run asks. */
  | { effect: 'answer-ship'; yes: boolean }
  /** Answers what the revocation asks. */
  | { effect: 'answer-revoke'; yes: boolean }
  /** Makes another link to a package. */
  | { effect: 'renew'; key: string; expiresHours: number }
  | { effect: 'verify-link'; key: string }
  /** `overwrite`: the user has said Yes to that. */
  | { effect: 'download-package'; key: string; path: string; overwrite: boolean }
  /** The user has said Yes. */
  | { effect: 'remove-package'; key: string; how: 'revoke' | 'delete' }
  /** Moves the window on the open log, or jumps in it. */
  | { effect: 'log'; move: LogMove }
  /** Marks the line jumped to, else the first on screen. */
  | { effect: 'mark-log'; letter: string }
  | { effect: 'copy-log'; what: LogPart }
  /** Shows the lines outside the alternate screen, where the terminal selects them. */
  | { effect: 'show-log' }
  /** `overwrite`: the user has said Yes to that. */
  | { effect: 'save-log'; path: string; overwrite: boolean };

export type LogMove =
  | { by: 'rows' | 'pages'; count: number }
  | { to: 'start' | 'end' }
  /** The line of that number as shown, from 1 on. */
  | { to: 'number'; number: number }
  | { to: 'line'; line: number }
  | { to: 'hit' | 'error' | 'phase'; direction: 1 | -1 };

export type LogPart = 'line' | 'range' | 'hits';
