import type {
  DistributionEvent,
  DistributionOptions,
  DistributionRecord,
  LeftoverRun,
  PackageEntry,
} from '../distribution.ts';
import type { LinksService } from './links.ts';

export interface DistributionsService {
  /** Makes a package, its link and its record; cancelling by the signal leaves nothing behind. Throws AppError. */
  make(options: DistributionOptions, signal: AbortSignal): AsyncIterable<DistributionEvent>;
  /** The recorded distribution, or undefined where none was ever recorded. */
  latest(signal: AbortSignal): Promise<DistributionRecord | undefined>;
  /**
   * Every package of the bucket, of this machine's ledger and of the record, newest first. `say` is told what could not
   * be used of it, a sentence each.
   */
  list(signal: AbortSignal, say?: (text: string) => void): Promise<PackageEntry[]>;
  /**
   * Runs of this machine for this account that were cut off with their package on its way, oldest first. Those a
   * living process works at are not among them; one that turns out to be recorded is tidied away.
   */
  leftovers(signal: AbortSignal): Promise<LeftoverRun[]>;
  /**
   * Finishes such a run with the options it was begun with: what lies in the bucket is kept, the rest is sent. Ends
   * as `make` does. @throws AppError `not-found` where it is no longer there or somebody else is at it.
   */
  resume(
    id: string,
    options: Pick<DistributionOptions, 'ask'>,
    signal: AbortSignal,
  ): AsyncIterable<DistributionEvent>;
  /** Removes what such a run left, in the bucket and on disk; a package that is recorded stays. */
  cleanUp(id: string, signal: AbortSignal): Promise<void>;
  readonly links: LinksService;
}
