import type { Measure } from '../package/staged-file.ts';

/** Packages up to this size go in one request; larger ones in parts of it, read into memory one by one. */
export const partBytes = 8 * 1024 ** 2;

/** A package ready to be uploaded. */
export type PackageObject = Measure & {
  /** The zip on disk. */
  file: string;
  /** ccwb's `checksum`, `created`, `profile`; the run adds its own id. */
  metadata: Record<string, string>;
};
