import { readFile } from 'node:fs/promises';
import { AppError } from '../../../domain/errors.ts';
import { checkPackage, type PackageFinding } from '../../../domain/package-check.ts';
import {
  configJson,
  type InstalledProfile,
  installedProfile,
  profilesOfConfig,
  settingsJson,
} from '../../../domain/package-config.ts';
import { installBat } from '../../../domain/package-install-bat.ts';
import { installSh } from '../../../domain/package-install-sh.ts';
import { checksumsText, comparePaths } from '../../../domain/package-layout.ts';
import { checksumsName, packageRole } from '../../../domain/package-names.ts';
import { packageReadme } from '../../../domain/package-readme.ts';
import type { Collected } from '../collect/collect.ts';
import type { DistributionsDeps } from '../deps.ts';
import { note, type RunContext } from '../run-context.ts';
import { type StagedFile, stageText } from './staged-file.ts';

const madeHere = 'made from the profile';

/**
 * CHECK: makes what the package still lacks, looks at the whole, and adds `checksums.txt`.
 * @returns all files, sorted by path.
 * @throws AppError `invalid` naming the first thing that is wrong, and how many more there are.
 */
export async function assemble(
  deps: DistributionsDeps,
  collected: Collected,
  newFile: () => string,
  context: RunContext,
): Promise<StagedFile[]> {
  const files = new Map(collected.files);
  const profiles = await ensureConfig(deps, files, newFile, context);
  await ensureRest(deps, files, profiles, newFile);
  report(checkPackage([...files.values()], collected.builds), context);
  const checksums = checksumsText([...files.values()]);
  files.set(
    checksumsName,
    await stageText(checksums, { path: checksumsName, file: newFile(), origin: madeHere }),
  );
  return [...files.values()].sort((a, b) => comparePaths(a.path, b.path));
}

/** The profiles that `config.json` is for, which is made where it is missing. */
async function ensureConfig(
  deps: DistributionsDeps,
  files: Map<string, StagedFile>,
  newFile: () => string,
  context: RunContext,
): Promise<InstalledProfile[]> {
  const given = files.get('config.json');
  if (given) {
    const profiles = profilesOfConfig(await readFile(given.file, 'utf8'));
    if (profiles) return profiles;
    throw new AppError({
      kind: 'invalid',
      message: `config.json of ${given.origin} names no profile that could be installed.`,
      hint: 'Correct it, or leave it out: it is then made from the profile.',
    });
  }
  const made = configJson(deps.deployment);
  // The sandbox's sign-in binaries are samples that ask nobody.
  if (made.missing.length > 0 && deps.place === 'aws') {
    note(
      context,
      `config.json lacks ${made.missing.join(', ')}, which profile and stacks do not tell: signing in needs them.`,
    );
  }
  files.set(
    'config.json',
    await stageText(made.text, { path: 'config.json', file: newFile(), origin: madeHere }),
  );
  return profilesOfConfig(made.text) ?? [{ name: installedProfile }];
}

async function ensureRest(
  deps: DistributionsDeps,
  files: Map<string, StagedFile>,
  profiles: readonly InstalledProfile[],
  newFile: () => string,
): Promise<void> {
  const roles = [...files.keys()].map((path) => packageRole(path));
  const platforms = roles.flatMap((role) => (role?.kind === 'credential-process' ? [role.platform] : []));
  const withOtelHelper = roles.some((role) => role?.kind === 'otel-helper');
  const firstProfile = profiles[0]?.name ?? installedProfile;
  const make = async (path: string, text: () => string): Promise<void> => {
    if (files.has(path)) return;
    files.set(path, await stageText(text(), { path, file: newFile(), origin: madeHere }));
  };
  await make('install.sh', () => installSh(profiles));
  await make('install.bat', () => installBat(profiles));
  await make('README.md', () => packageReadme({ profiles, platforms }));
  if (!roles.some((role) => role?.kind === 'settings')) {
    await make('claude-settings/settings.json', () =>
      settingsJson(deps.deployment, firstProfile, withOtelHelper),
    );
  }
}

function report(findings: readonly PackageFinding[], context: RunContext): void {
  for (const finding of findings) if (finding.severity === 'note') note(context, `${finding.text}.`);
  const refusals = findings.filter(({ severity }) => severity === 'refuse');
  const [first] = refusals;
  if (!first) return;
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : '';
  for (const { text } of refusals.slice(1)) note(context, `${text}.`);
  throw new AppError({
    kind: 'invalid',
    message: `${first.text}${more}.`,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}
