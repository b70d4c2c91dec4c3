import type { Build, Project } from '../domain/build.ts';
import type { Diagnosis } from '../domain/diagnosis/diagnose.ts';
import type {
  DistributionEvent,
  DistributionQuestion,
  DistributionRecord,
  LeftoverRun,
  PackageEntry,
} from '../domain/distribution.ts';
import type { AppError } from '../domain/errors.ts';
import type { BuildsUpdate, BuildUpdate } from '../domain/ports/builds.ts';
import type { Connection, Deployment } from '../domain/profile.ts';
import type { QrCode } from '../domain/qr-picture.ts';
import type { ShipChoices, ShipFormValues } from '../domain/ship-form.ts';
import type { Route } from './state.ts';
import type { ActionKind } from './state-actions.ts';
import type { SortOrder } from './state-builds.ts';
import type { Findings, LogPlacement, LogProgress, LogView } from './state-log.ts';
import type { Tone } from './state-messages.ts';
import type { Overlay } from './state-overlay.ts';
import type { ProfileChoices, Target } from './state-session.ts';
import type { Trouble } from './state-trouble.ts';

/** Everything that can happen. A recorded session is a list of these with their times. */
export type Event =
  | { type: 'tick' }
  | { type: 'resized'; columns: number; rows: number }
  // where we are
  | { type: 'target-chosen'; target: Target }
  | { type: 'session-opened'; number: number; connection: Connection; deployment: Deployment }
  | { type: 'session-trouble'; number: number; trouble: Trouble }
  /** Trying again cannot help: a wrong option. */
  | { type: 'session-failed'; number: number; error: AppError }
  | { type: 'identity'; connection: Connection }
  /** The build named on the command line was found, or cannot be. */
  | { type: 'opened'; build: Build }
  | { type: 'opening-failed'; error: AppError }
  | { type: 'profiles'; choices: ProfileChoices }
  // moving between screens
  | { type: 'go'; route: Route }
  | { type: 'back' }
  | { type: 'overlay'; overlay: Overlay | undefined }
  | { type: 'overlay-scrolled'; by: number; max: number }
  | { type: 'typed'; text: string }
  // builds
  | { type: 'builds'; update: BuildsUpdate }
  | { type: 'projects'; projects: readonly Project[] }
  | { type: 'build-moved'; by: number | 'first' | 'last' }
  | { type: 'filtered'; text: string }
  | { type: 'sorted'; by: SortOrder }
  // one build
  | { type: 'build'; id: string; update: BuildUpdate }
  | { type: 'log'; id: string; progress: LogProgress }
  | { type: 'diagnosed'; id: string; diagnosis: Diagnosis | undefined }
  /** The window stands elsewhere; a `jump` is one that `''` leads back from. */
  | { type: 'log-placed'; id: string; place: LogPlacement; jump?: true }
  | { type: 'log-looked'; look: Partial<Pick<LogView, 'left' | 'wrap' | 'time' | 'context'>> }
  /** Something is looked for, from where the reader is; an empty text ends that. */
  | { type: 'log-find'; text: string }
  /** Typing what is looked for has come to its end; dropped, the reader is back where he was. */
  | { type: 'log-find-ended'; accepted: boolean }
  | { type: 'log-filter'; text: string }
  | { type: 'log-findings'; id: string; what: 'find' | 'filter'; findings: Findings; foundAt?: number }
  | { type: 'log-marked'; letter: string; line: number }
  // distributions
  /** `unsure`: whether something could not be read that states of links hang on. */
  | {
      type: 'distributions';
      list: readonly PackageEntry[];
      record: DistributionRecord | undefined;
      unsure?: boolean;
    }
  | { type: 'distributions-trouble'; trouble: Trouble }
  | { type: 'leftovers'; list: readonly LeftoverRun[] }
  | { type: 'distribution-moved'; by: number | 'first' | 'last' }
  /** Something was done to a package: what is listed may not hold any more. */
  | { type: 'distributions-changed' }
  // actions
  | { type: 'action-started'; id: string; kind: ActionKind; label: string }
  | { type: 'action-done'; id: string; message?: { tone: Tone; text: string } }
  | { type: 'action-failed'; id: string; error: AppError }
  | { type: 'build-started'; build: Build }
  | { type: 'build-changed'; build: Build }
  | ({ type: 'ship-started'; id: string; buildId?: string; renews?: string } & ShipChoices)
  | { type: 'ship-form-sent'; values: ShipFormValues }
  | { type: 'ship'; id: string; event: DistributionEvent }
  | { type: 'ship-asked'; id: string; question: DistributionQuestion }
  | { type: 'ship-answered'; id: string }
  | { type: 'ship-question-scrolled'; by: number }
  | { type: 'revoke-asked'; question: DistributionQuestion }
  | { type: 'revoke-answered' }
  | { type: 'ship-cancelling'; id: string }
  | { type: 'ship-ended'; id: string; error?: AppError }
  // handing out
  | { type: 'note-scrolled'; by: number; max: number }
  | { type: 'code-shown'; url: string; code: QrCode }
  | { type: 'code-closed' }
  // saying something
  | { type: 'said'; tone: Tone; text: string; hint?: string }
  /** Shown, but not kept among the messages: how far something has come. */
  | { type: 'noticed'; text: string }
  | { type: 'notice-cleared' }
  | { type: 'leave-asked' };
