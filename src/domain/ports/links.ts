import type { DistributionEvent, DistributionQuestion, LinkNews } from '../distribution.ts';
import type { LinkCheck, Removal } from '../links.ts';

/** What is done to packages that were made, and to their links. `key` is the whole object key. */
export interface LinksService {
  /**
   * Makes another link to the same version, without an upload: the steps LINK, VERIFY and RECORD. The record is written
   * only where the package is the recorded one or the newest. Throws AppError.
   */
  renew(key: string, options: RenewOptions, signal: AbortSignal): AsyncIterable<DistributionEvent>;
  /**
   * Compares with the recorded packages: what the best link of a package serves, what a link serves that was found
   * somewhere, or a file of this machine.
   * @throws AppError where nothing can be read; a link that does not work is an answer, no error.
   */
  verify(target: VerifyTarget, say: Say, signal: AbortSignal): Promise<LinkCheck>;
  /**
   * Downloads a package with a signed request; its file appears whole or not at all, and only with the recorded sha256.
   * A folder gets the package's own file name. `exists`: there is such a file, and it was not said to `overwrite` it.
   */
  download(
    key: string,
    options: { path: string; overwrite: boolean },
    say: Say,
    signal: AbortSignal,
  ): Promise<DownloadedPackage | 'exists'>;
  /**
   * Deletes a package with all its versions of ours, and has the record point elsewhere where it pointed there.
   * @throws AppError `invalid` for one of a landing page, as `revoke` does.
   */
  delete(key: string, say: Say, signal: AbortSignal): Promise<Removal>;
  /**
   * Has every link to a package refused: its versions are deleted, or denied by the bucket's policy where that is not
   * permitted; then every known link is asked until none works any more. Of links revoked before that is proven anew,
   * and nothing else is done.
   * @throws AppError `failed` where neither is permitted, or a link still works; it says until when.
   */
  revoke(key: string, options: { ask?: Ask }, say: Say, signal: AbortSignal): Promise<Removal>;
}

export type Say = (news: LinkNews) => void;

export type Ask = (question: DistributionQuestion, signal: AbortSignal) => Promise<boolean>;

export type RenewOptions = {
  /** Whole hours, 1–168. */
  expiresHours: number;
  /** IP addresses and CIDRs; absent → as the package was before. */
  allowedIps?: readonly string[];
  ask?: Ask;
};

export type VerifyTarget = { key: string } | { url: string } | { file: string };

/** `isRecorded`: its sha256 was compared with the one recorded; false where none is known. */
export type DownloadedPackage = { path: string; bytes: number; checksum: string; isRecorded: boolean };
