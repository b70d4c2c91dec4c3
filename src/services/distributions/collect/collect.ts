import type { Build } from '../../../domain/build.ts';
import type { DistributionOptions } from '../../../domain/distribution.ts';
import { AppError } from '../../../domain/errors.ts';
import { binaryKinds, packageRole } from '../../../domain/package-names.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { StagedFile } from '../package/staged-file.ts';
import { note, type RunContext } from '../run-context.ts';
import { type Choice, namedBuilds, newestGoodBuilds } from './choose-builds.ts';
import { fetchArtifact } from './fetch-artifact.ts';
import { readPackageFolder } from './read-folder.ts';
import { unpack } from './unpack.ts';

/** Everything that goes into the package from outside, by path, and the builds it comes from. */
export type Collected = {
  files: Map<string, StagedFile>;
  builds: Build[];
  /** Chosen builds whose artifact is no longer there, and how that was told. */
  gone: { build: Build; error: AppError }[];
};

/**
 * COLLECT: the artifacts of the chosen builds and the files of the folder, if one is given. Binaries of a build win
 * over those of the folder, whose other files win over a build's: they were put there on purpose.
 */
export async function collect(
  deps: DistributionsDeps,
  options: DistributionOptions,
  newFile: () => string,
  context: RunContext,
): Promise<Collected> {
  const { extraFiles, name: profileName } = deps.deployment.profile;
  // First, since it is quickly read and a mistyped folder should not cost a download.
  const fromFolder =
    options.packagePath === undefined
      ? []
      : await readPackageFolder({ path: options.packagePath, profileName, extraFiles, newFile }, context);
  const builds = await chooseBuilds(deps, options, fromFolder.length > 0, context);

  const files = new Map<string, StagedFile>();
  const gone: Collected['gone'] = [];
  // Oldest first, so that where two builds made the same name the newest one's stays.
  for (const build of [...builds].sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0))) {
    const zip = await fetchArtifact(deps, build, newFile, context).catch((error: unknown) => {
      // Where the artifacts of other builds are there, the user knows whether they will do.
      const isMeant = options.buildIds !== undefined;
      if (isMeant || !(error instanceof AppError) || error.kind !== 'not-found') throw error;
      gone.push({ build, error });
    });
    if (zip === undefined) continue;
    const origin = `build ${build.id}`;
    const label = `the artifact of build ${build.id}`;
    const unpacked = await unpack({ zip, label, origin, extraFiles, newFile }, context.signal);
    for (const file of unpacked.files) put(files, file, context);
    note(context, `Build ${build.id}: ${unpacked.files.map(({ path }) => path).join(', ') || 'nothing'}.`);
    sayPassedOver(unpacked.passedOver, context);
  }
  for (const file of fromFolder) {
    const built = files.get(file.path);
    const isBinary = binaryKinds.some((kind) => packageRole(file.path)?.kind === kind);
    if (built && isBinary) {
      if (built.sha256 !== file.sha256)
        note(context, `${file.path} is taken from ${built.origin}, not from the folder.`);
    } else put(files, file, context);
  }
  const [lost] = gone;
  if (lost && files.size === 0) throw lost.error;
  return { files, builds: builds.filter((build) => !gone.some((it) => it.build === build)), gone };
}

/** Names told of what was left out; a build that leaves its whole working folder is told in short. */
const mostNames = 20;

function sayPassedOver(names: readonly string[], context: RunContext): void {
  if (names.length === 0) return;
  const more = names.length > mostNames ? `, and ${names.length - mostNames} more` : '';
  note(context, `Left out, as not part of a package: ${names.slice(0, mostNames).join(', ')}${more}.`);
}

function put(files: Map<string, StagedFile>, file: StagedFile, context: RunContext): void {
  const other = files.get(file.path);
  if (other && other.sha256 !== file.sha256) {
    note(context, `${file.path} is taken from ${file.origin}, not from ${other.origin}.`);
  }
  files.set(file.path, file);
}

async function chooseBuilds(
  deps: DistributionsDeps,
  options: DistributionOptions,
  hasFolder: boolean,
  context: RunContext,
): Promise<Build[]> {
  if (options.buildIds !== undefined) return namedBuilds(deps.builds, options.buildIds, context.signal);
  const { projects } = deps.deployment;
  const choices = await newestGoodBuilds(deps.builds, projects, context.signal);
  for (const choice of choices) sayChoice(choice, context);
  const builds = choices.flatMap(({ good }) => (good ? [good] : []));
  if (builds.length > 0 || hasFolder) return builds;
  throw new AppError({
    kind: 'not-found',
    message:
      projects.length > 0
        ? `There is no succeeded build to ship in ${projects.join(', ')}.`
        : 'There is no build project, and so nothing to ship.',
    hint: 'Build first (key b, or: ccwb-tui package), or give a folder with --package-path.',
  });
}

function sayChoice({ project, good, passedOver }: Choice, context: RunContext): void {
  const newer =
    passedOver.length === 0 ? '' : `, passing over ${passedOver.length} newer that did not succeed so far`;
  note(context, good ? `Taking build ${good.id}${newer}.` : `${project} has no succeeded build: left out.`);
}
