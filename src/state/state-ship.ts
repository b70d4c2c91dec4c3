import type {
  Distribution,
  DistributionQuestion,
  DistributionStep,
  ExpiryCause,
  TransferProgress,
} from '../domain/distribution.ts';
import type { AppError } from '../domain/errors.ts';
import type { PackageTree } from '../domain/package-tree.ts';
import type { Trouble } from './state-trouble.ts';

export type StepState = {
  state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  detail?: string;
  progress?: TransferProgress;
  startedAt?: number;
  endedAt?: number;
};

/** The making of a distribution, as far as it came. */
export type ShipRun = {
  id: string;
  state: 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';
  expiresHours: number;
  buildId?: string;
  /** Key of the package that only gets another link. */
  renews?: string;
  allowedIps?: readonly string[];
  packagePath?: string;
  startedAt: number;
  /** When the run last told anything but trouble. */
  movedAt: number;
  steps: Readonly<Record<DistributionStep, StepState>>;
  notes: readonly { step: DistributionStep; text: string }[];
  /** `estimate`: by the credentials at hand as the run began. */
  shortLink?: { askedUntil: number; expiresAt: number; cause: ExpiryCause; estimate?: true };
  error?: AppError;
  /** What a run that was cancelled has left, in its own words. */
  left?: string;
  /** A call of the run fails for now and is tried again. */
  trouble?: Trouble;
  distribution?: Distribution;
  /** Rows of the note above the screen. */
  noteTop?: number;
  /** What the package holds; known from CHECK on. */
  tree?: PackageTree;
  asks?: Asked;
};

/** What a run waits to have answered, and the first of its lines on screen. */
export type Asked = { question: DistributionQuestion; top: number };
