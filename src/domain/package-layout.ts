import { packageRole } from './package-names.ts';

/** Folder of all packages in the distribution bucket. */
export const packagesPrefix = 'packages/';

/** `YYYYMMDD-HHMMSS` in UTC, so that the names of several administrators sort by time. */
export function packageStamp(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 19).replaceAll(':', '')}`;
}

/** The name under which people save the zip. */
export function packageFilename(stamp: string): string {
  return `claude-code-package-${stamp}.zip`;
}

/** Object key of a package, as ccwb lays them out. */
export function packageKey(stamp: string): string {
  return `${packagesPrefix}${stamp}/${packageFilename(stamp)}`;
}

/** True for the keys that {@link packageKey} makes. */
export function isPackageKey(key: string): boolean {
  return /^packages\/(\d{8}-\d{6})\/claude-code-package-\1\.zip$/.test(key);
}

/** Key of the file beside a package that holds its checksum. */
export function checksumsKey(key: string): string {
  return `${key.slice(0, key.lastIndexOf('/') + 1)}checksums.txt`;
}

/** `sha256sum` format, sorted by path, one line a file: `sha256sum -c checksums.txt` reads it. */
export function checksumsText(files: readonly { path: string; sha256: string }[]): string {
  return [...files]
    .sort((a, b) => comparePaths(a.path, b.path))
    .map((file) => `${file.sha256}  ${file.path}\n`)
    .join('');
}

/** Order by code units: the same on every machine, whatever its language. */
export function comparePaths(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Folder name of one `ccwb package` run of the later generations. */
const runFolder = /^\d{4}-\d{2}-\d{2}-\d{6}$/;

/** Whether a folder of these names holds runs of `ccwb package`. */
export const hasRuns = (names: readonly string[]): boolean => names.some((name) => runFolder.test(name));

/**
 * Where the files lie in a folder the user named, by the names in it: in the folder itself (ccwb's first
 * generations, or one run's folder), in its newest run's folder (`dist/<profile>`), or one level below, in the
 * profile's folder (`dist`). Undefined where nothing there looks like a package.
 */
export function packageFolderStep(
  names: readonly string[],
  profileName: string,
  extraFiles: readonly string[] = [],
): { kind: 'here' } | { kind: 'descend'; name: string } | undefined {
  const here = names.some(
    (name) => name === 'claude-settings' || packageRole(name, extraFiles) !== undefined,
  );
  if (here) return { kind: 'here' };
  const newestRun = names
    .filter((name) => runFolder.test(name))
    .sort(comparePaths)
    .at(-1);
  if (newestRun !== undefined) return { kind: 'descend', name: newestRun };
  for (const name of [profileName, 'claude-code-package']) {
    if (names.includes(name)) return { kind: 'descend', name };
  }
  return undefined;
}
