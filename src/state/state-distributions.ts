import type { DistributionRecord, LeftoverRun, PackageEntry } from '../domain/distribution.ts';
import type { QrCode } from '../domain/qr-picture.ts';
import type { Trouble } from './state-trouble.ts';

export type DistributionsState = {
  list: readonly PackageEntry[] | undefined;
  record: DistributionRecord | undefined;
  /** Something that states of links hang on could not be read; what, is among the messages. */
  isUnsure?: boolean;
  at: number | undefined;
  trouble: Trouble | undefined;
  selected: string | undefined;
  top: number;
  /** Raised to have the list read again at once. */
  attempt: number;
};

/** Distributions that were cut off on this machine, oldest first. */
export type LeftoversState = {
  list: readonly LeftoverRun[];
  /** Whether they were asked about since the account was opened. */
  isAsked: boolean;
};

export type ShownCode = { url: string; code: QrCode };
