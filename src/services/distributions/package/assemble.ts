import { readFile } from 'node:fs/promises';
import { type BinaryFormat, formatOf } from '../../../domain/binary-format.ts';
import type { DistributionOptions } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { checkPackage, type PackageFinding } from '../../../domain/package-check.ts';
import {
  configFault,
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
import { type PackageTree, packageTree } from '../../../domain/package-tree.ts';
import { agree } from '../agree.ts';
import type { Collected } from '../collect/collect.ts';
import type { DistributionsDeps } from '../deps.ts';
import { note, type RunContext } from '../run-context.ts';
import { readHead } from './read-head.ts';
import { type StagedFile, stageText } from './staged-file.ts';

const madeHere = 'made from the profile';

/** What CHECK has let pass. */
export type Checked = { files: StagedFile[]; tree: PackageTree };

/**
 * CHECK: makes what the package still lacks, adds `checksums.txt`, shows the whole as a tree and looks at it. Where
 * something expected is absent, `ask` decides.
 * @returns all files, sorted by path, and the tree.
 * @throws AppError `invalid` naming the first thing that is wrong, and how many more there are; `failed` where
 *   something is absent and nobody agreed to that.
 */
export async function assemble(
  deps: DistributionsDeps,
  collected: Collected,
  newFile: () => string,
  context: RunContext,
  ask?: DistributionOptions['ask'],
): Promise<Checked> {
  const files = new Map(collected.files);
  const { profiles, lacking } = await ensureConfig(deps, files, newFile);
  await ensureRest(deps, files, profiles, newFile);
  const checksums = checksumsText([...files.values()]);
  files.set(
    checksumsName,
    await stageText(checksums, { path: checksumsName, file: newFile(), origin: madeHere }),
  );
  const sorted = [...files.values()].sort((a, b) => comparePaths(a.path, b.path));
  const known = await withFormats(sorted, context.signal);
  const { monitoringEnabled: monitoring, extraFiles } = deps.deployment.profile;
  const expectations = { extraFiles, ...(monitoring === undefined ? {} : { monitoring }) };
  const findings = checkPackage(known, collected.builds, expectations);
  const refused = findings.flatMap(({ severity, path }) => (severity === 'refuse' ? [path] : []));
  const tree = packageTree(known, new Set(refused));
  context.emit({ kind: 'tree', tree });
  await judge([...lacking, ...findings, ...collected.gone.map(artifactGone)], context, ask);
  return { files: sorted, tree };
}

/** A target that would be left out although it was built. */
function artifactGone({ build, error }: Collected['gone'][number]): PackageFinding {
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return { severity: 'ask', path: build.target, text: error.message.replace(/\.$/, ''), ...hint };
}

async function withFormats(
  files: readonly StagedFile[],
  signal: AbortSignal,
): Promise<(StagedFile & { format: BinaryFormat })[]> {
  const known: (StagedFile & { format: BinaryFormat })[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    known.push({ ...file, format: formatOf(await readHead(file.file)) });
  }
  return known;
}

/** The profiles that `config.json` is for, which is made where it is missing, and what it then lacks. */
async function ensureConfig(
  deps: DistributionsDeps,
  files: Map<string, StagedFile>,
  newFile: () => string,
): Promise<{ profiles: InstalledProfile[]; lacking: PackageFinding[] }> {
  const given = files.get('config.json');
  if (given) {
    const text = await readFile(given.file, 'utf8');
    const profiles = profilesOfConfig(text);
    if (profiles) return { profiles, lacking: [] };
    throw new AppError({
      kind: 'invalid',
      message: `config.json of ${given.origin} ${configFault(text)}.`,
      hint: 'Correct it, or leave it out: it is then made from the profile.',
    });
  }
  const made = configJson(deps.deployment);
  files.set(
    'config.json',
    await stageText(made.text, { path: 'config.json', file: newFile(), origin: madeHere }),
  );
  return {
    profiles: profilesOfConfig(made.text) ?? [{ name: installedProfile }],
    // The sandbox's sign-in binaries are samples that ask nobody.
    lacking: made.missing.length > 0 && deps.place === 'aws' ? [signsNobodyIn(made.missing)] : [],
  };
}

function signsNobodyIn(missing: readonly string[]): PackageFinding {
  return {
    severity: 'ask',
    path: 'config.json',
    text: `config.json lacks ${missing.join(', ')}, which profile and stacks do not tell: nobody can sign in with it`,
    hint: 'Complete the profile and its auth stack (ccwb init, ccwb deploy), or give a config.json with --package-path.',
  };
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

/** Says what is worth saying; ends the run where something is wrong, or absent and nobody agrees to that. */
async function judge(
  findings: readonly PackageFinding[],
  context: RunContext,
  ask: DistributionOptions['ask'],
): Promise<void> {
  const of = (severity: PackageFinding['severity']) => findings.filter((it) => it.severity === severity);
  for (const { text } of of('note')) note(context, `${text}.`);
  const refusals = of('refuse');
  const absent = of('ask');
  const [first] = refusals.length > 0 ? refusals : absent;
  if (!first) return;
  const all = [...refusals, ...absent];
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  for (const { text } of all.slice(1)) note(context, `${text}.`);
  const refusal = {
    message: `${first.text}${more}.`,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  };
  if (refusals.length > 0) throw new AppError({ kind: 'invalid', ...refusal });
  const question = { kind: 'incomplete', findings: absent.map(({ text }) => `${text}.`) } as const;
  await agree(ask, question, refusal, context.signal);
  note(context, `Made all the same, as answered: ${first.text}${more}.`);
}
