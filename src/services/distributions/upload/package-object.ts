import type { Measure } from '../package/staged-file.ts';

/** Packages up to this size go in one request; larger ones in parts of it, read into memory one by one. */
export const partBytes = 8 * 1024 ** 2;

/** S3 takes at most this many parts. */
const mostParts = 10_000;
const mebibyte = 1024 ** 2;

/** Size of the parts of a file that has at most `total` bytes: 8 MiB, or more where that would make too many. */
export function partSize(total: number): number {
  return Math.max(partBytes, Math.ceil(total / mostParts / mebibyte) * mebibyte);
}

/** A file ready to be uploaded. */
export type PackageObject = Measure & {
  /** On disk. */
  file: string;
  contentType: string;
  /** ccwb's `checksum`, `created`, `profile`; the run adds its own id. */
  metadata: Record<string, string>;
  /** Size of the parts it is sent in, and the sha256 (base64) of each; with one or none it goes in one request. */
  partBytes: number;
  parts: readonly string[];
  /** Too small to tell of its progress. */
  silent?: true;
  /** Told the id of a multipart upload before the first part goes out. */
  onBegan?: (uploadId: string) => Promise<void>;
};
