/** Set by the compiler: the project's version, and a digest of everything that was compiled. */
export const version = '__VERSION__';
export const sourceDigest = '__SOURCE_DIGEST__';

/** What `--version` prints: `credential-process 1.0.0 (source 1a2b3c4d5e6f)`. */
export function versionLine(program) {
  return `${program} ${version} (source ${sourceDigest})`;
}
