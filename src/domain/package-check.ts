import { type BinaryFormat, describeFormat } from './binary-format.ts';
import type { Target } from './build.ts';
import {
  type BinaryKind,
  binaryKinds,
  binaryName,
  isOfExtra,
  type PackagePlatform,
  packagePath,
  packageRole,
  unsafePath,
} from './package-names.ts';
import { fitting } from './package-platform.ts';

/**
 * Something CHECK found. `refuse`: no package can be made of it. `ask`: something expected is absent, and only the
 * user knows whether that is meant. `text` is a sentence without its full stop.
 */
export type PackageFinding = {
  severity: 'refuse' | 'ask' | 'note';
  path: string;
  text: string;
  hint?: string;
};

export type CheckedFile = { path: string; size: number; origin: string; format: BinaryFormat };

/** A build whose artifacts went into the package. */
export type ContributingBuild = { id: string; target: Target };

/** What the profile says that the package must be fit for. */
export type Expectations = {
  monitoring?: boolean;
  /** Its `extra_files`: paths of files and folders inside the package. */
  extraFiles?: readonly string[];
};

/** What is wrong with, missing from, or worth saying of the files that are to become a package. */
export function checkPackage(
  files: readonly CheckedFile[],
  builds: readonly ContributingBuild[],
  expectations: Expectations = {},
): PackageFinding[] {
  const programs = files.flatMap((file): Program[] => {
    const role = packageRole(file.path);
    return role && 'platform' in role ? [{ ...file, ...role }] : [];
  });
  return [
    ...emptyFiles(files),
    ...otherFormats(files, programs),
    ...clashes(files),
    ...missingPrograms(programs, builds),
    ...missingHelpers(programs, builds, expectations),
    ...missingInstallers(files, programs),
    ...missingExtras(files, expectations),
  ];
}

type Program = CheckedFile & { kind: BinaryKind; platform: PackagePlatform };

function missingPrograms(
  programs: readonly Program[],
  builds: readonly ContributingBuild[],
): PackageFinding[] {
  const present = new Set(programs.map(({ path }) => path));
  if (!programs.some(({ kind }) => kind === 'credential-process')) {
    const [build] = builds;
    return [
      {
        severity: 'refuse',
        path: 'credential-process-*',
        text: `There is no credential-process binary for any platform${build ? `, although build ${build.id} succeeded` : ''}`,
        hint: 'Look at the end of the build’s log and build again, or name a folder that holds binaries with --package-path.',
      },
    ];
  }
  return expectedOf(builds).flatMap(({ build, path }): PackageFinding[] => {
    if (present.has(path)) return [];
    return [
      {
        severity: 'ask',
        path,
        text: `${path} is missing from the artifacts of build ${build.id}, although that build succeeded`,
        hint: 'Look at the end of that build’s log, then build again.',
      },
    ];
  });
}

function expectedOf(builds: readonly ContributingBuild[]): { build: ContributingBuild; path: string }[] {
  return builds.flatMap((build) => {
    const { target } = build;
    return target === 'unknown' ? [] : binaryKinds.map((kind) => ({ build, path: binaryName(kind, target) }));
  });
}

/** Platforms that can sign in and not report; those that a build should have brought are told by their build. */
function missingHelpers(
  programs: readonly Program[],
  builds: readonly ContributingBuild[],
  { monitoring }: Expectations,
): PackageFinding[] {
  const told = new Set(expectedOf(builds).map(({ path }) => path));
  const present = new Set(programs.map(({ path }) => path));
  const anyHelper = programs.some(({ kind }) => kind === 'otel-helper');
  if (monitoring !== true && !anyHelper) return [];
  return programs.flatMap(({ kind, platform }): PackageFinding[] => {
    const path = binaryName('otel-helper', platform);
    if (kind !== 'credential-process' || present.has(path) || told.has(path)) return [];
    const text =
      monitoring === true
        ? `${path} is missing, although the profile has monitoring enabled`
        : `${path} is missing: on that platform nothing is reported`;
    const hint = 'Build it too, and put it beside the sign-in program.';
    return [{ severity: monitoring === true ? 'ask' : 'note', path, text, hint }];
  });
}

function missingInstallers(files: readonly CheckedFile[], programs: readonly Program[]): PackageFinding[] {
  const present = new Set(files.map(({ path }) => path));
  const needed = new Set(
    programs.map(({ platform }) => (platform === 'windows' ? 'install.bat' : 'install.sh')),
  );
  return [...needed].flatMap((path): PackageFinding[] => {
    if (present.has(path)) return [];
    const systems = path === 'install.bat' ? 'Windows' : 'macOS and Linux';
    return [{ severity: 'ask', path, text: `There is no ${path}: nobody can install it on ${systems}` }];
  });
}

/** What the profile adds to its packages, and this one does not have. */
function missingExtras(files: readonly CheckedFile[], { extraFiles = [] }: Expectations): PackageFinding[] {
  return [...new Set(extraFiles)].flatMap((extra): PackageFinding[] => {
    if (files.some(({ path }) => isOfExtra(path, extra))) return [];
    const finding = { severity: 'ask', path: extra } as const;
    const reason = unusableExtra(extra);
    if (reason !== undefined) {
      const text = `${extra}, one of the profile’s extra_files, can be in no package: it is ${reason}`;
      return [{ ...finding, text, hint: 'Rename it there and in the profile.' }];
    }
    const text = `${extra} is missing, although it is one of the profile’s extra_files`;
    const hint = 'Name the folder that holds it with --package-path, or take it out of the profile.';
    return [{ ...finding, text, hint }];
  });
}

function unusableExtra(extra: string): string | undefined {
  const path = extra.replaceAll('\\', '/').replace(/\/+$/, '');
  return packagePath(path) === undefined ? (unsafePath(path) ?? 'the package itself') : undefined;
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

/** Programs for another platform than their name says, and installers that are none. */
function otherFormats(files: readonly CheckedFile[], programs: readonly Program[]): PackageFinding[] {
  const wrong = programs.flatMap(({ path, platform, format, size, origin }): PackageFinding[] => {
    const found = size === 0 ? undefined : fitting(path, platform, format);
    if (found === undefined || found.verdict === 'fits') return [];
    if (found.verdict === 'note') return [{ severity: 'note', path, text: found.text }];
    const hint =
      'Look at what that build builds, and build again; a file of the folder must have its own platform’s name.';
    return [{ severity: 'refuse', path, text: `${found.text} (${origin})`, hint }];
  });
  const installers = files.filter(
    ({ path, size, format }) =>
      size > 0 &&
      packageRole(path)?.kind === 'installer' &&
      format.kind !== 'script' &&
      format.kind !== 'text',
  );
  return [
    ...wrong,
    ...installers.map(
      ({ path, format, origin }): PackageFinding => ({
        severity: 'refuse',
        path,
        text: `${path} is ${describeFormat(format)} (${origin})`,
        hint: 'Correct it, or leave it out: it is then made from the profile.',
      }),
    ),
  ];
}

/** Names that fall together where upper and lower case do not differ (Windows, macOS), or are a file and a folder. */
function clashes(files: readonly CheckedFile[]): PackageFinding[] {
  const seen = new Map<string, string>();
  const findings: PackageFinding[] = [];
  const refuse = (path: string, text: string) =>
    findings.push({ severity: 'refuse', path, text: `${path} ${text}`, hint: 'Rename one of them.' });
  for (const { path } of files) {
    const folded = path.toLowerCase();
    const other = seen.get(folded);
    if (other === undefined) seen.set(folded, path);
    else refuse(path, `and ${other} are the same file where upper and lower case do not differ`);
  }
  for (const { path } of files) {
    const parts = path.toLowerCase().split('/');
    const file = parts.slice(1).flatMap((_, index) => seen.get(parts.slice(0, index + 1).join('/')) ?? [])[0];
    if (file !== undefined) refuse(path, `lies in a folder of the same name as the file ${file}`);
  }
  return findings;
}
