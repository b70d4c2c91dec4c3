import type { Target } from './build.ts';
import { binaryKinds, binaryName, packageRole } from './package-names.ts';

/** Something CHECK found. `refuse`: no package can be made of it. */
export type PackageFinding = { severity: 'refuse' | 'note'; path: string; text: string; hint?: string };

export type CheckedFile = { path: string; size: number; origin: string };

/** A build whose artifacts went into the package. */
export type ContributingBuild = { id: string; target: Target };

/** What is wrong with, or worth saying of, the files that are to become a package. */
export function checkPackage(
  files: readonly CheckedFile[],
  builds: readonly ContributingBuild[],
): PackageFinding[] {
  return [...missingBinaries(files, builds), ...emptyFiles(files), ...clashes(files)];
}

function missingBinaries(
  files: readonly CheckedFile[],
  builds: readonly ContributingBuild[],
): PackageFinding[] {
  const present = new Set(files.map((file) => file.path));
  const findings: PackageFinding[] = [];
  for (const build of builds) {
    if (build.target === 'unknown') continue;
    for (const kind of binaryKinds) {
      const path = binaryName(kind, build.target);
      if (present.has(path)) continue;
      findings.push({
        severity: 'refuse',
        path,
        text: `${path} is missing from the artifacts of build ${build.id}, although that build succeeded`,
        hint: 'Look at the end of that build’s log, then build again.',
      });
    }
  }
  const signsIn = files.some((file) => packageRole(file.path)?.kind === 'credential-process');
  if (!signsIn && findings.length === 0) {
    findings.push({
      severity: 'refuse',
      path: 'credential-process-*',
      text: 'There is no credential-process binary for any platform',
      hint: 'Build first, or name a folder that holds binaries with --package-path.',
    });
  }
  return findings;
}

function emptyFiles(files: readonly CheckedFile[]): PackageFinding[] {
  return files
    .filter((file) => file.size === 0)
    .map((file) => ({
      // Extra files are the administrator's own, and some are empty on purpose.
      severity: packageRole(file.path) ? 'refuse' : 'note',
      path: file.path,
      text: `${file.path} (${file.origin}) is empty`,
      hint: 'Build again, or remove the file from the folder.',
    }));
}

/** Names that fall together where upper and lower case do not differ (Windows, macOS). */
function clashes(files: readonly CheckedFile[]): PackageFinding[] {
  const seen = new Map<string, string>();
  const findings: PackageFinding[] = [];
  for (const file of files) {
    const folded = file.path.toLowerCase();
    const other = seen.get(folded);
    if (other === undefined) seen.set(folded, file.path);
    else {
      findings.push({
        severity: 'refuse',
        path: file.path,
        text: `${file.path} and ${other} are the same file where upper and lower case do not differ`,
        hint: 'Rename one of them.',
      });
    }
  }
  return findings;
}
