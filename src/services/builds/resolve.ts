import type { Build } from '../../domain/build.ts';
import { parseBuildReference, splitBuildId } from '../../domain/build-id.ts';
import { AppError } from '../../domain/errors.ts';
import { targetOfProject } from '../../domain/targets.ts';
import type { Catalogue } from './catalogue.ts';
import { newestFirst } from './newest-first.ts';
import { noSuchBuild } from './no-such-build.ts';

const uuidLength = 36;
/** As many as a message can name. */
const mostCandidates = 6;

/** `BuildsService.resolve`; see there. */
export async function resolveBuild(
  deps: { catalogue: Catalogue; now: () => number },
  text: string,
  projects: readonly string[],
  signal: AbortSignal,
): Promise<Build> {
  const reference = parseBuildReference(text);
  if (reference.kind === 'latest') return latest(deps, projects, signal);
  const { prefix, project } = reference;

  // A whole id is one call, whatever project it is of; a prefix needs the lists.
  const exact =
    project === undefined ? projects.map((name) => `${name}:${prefix}`) : [`${project}:${prefix}`];
  if (project !== undefined || prefix.length >= uuidLength) {
    const [found] = await readIfValid(deps, exact, signal);
    if (found) return found;
  }
  // The screen calls a build by its target, `windows:9f3c1a2b`.
  const searched = projects.filter(
    (name) => project === undefined || name === project || targetOfProject(name) === project,
  );
  const ids = await withPrefix(deps, searched, prefix.toLowerCase(), signal);
  const builds = newestFirst(await read(deps, ids, signal));
  const [only, ...others] = builds;
  if (!only) throw noSuchBuild(text);
  if (others.length === 0) return only;
  throw new AppError({
    kind: 'usage',
    message: `${text} could be any of ${builds.map((build) => build.id).join(', ')}${
      builds.length >= mostCandidates ? ' and more' : ''
    }.`,
    hint: 'Give more characters of the id.',
  });
}

async function latest(
  { catalogue, now }: { catalogue: Catalogue; now: () => number },
  projects: readonly string[],
  signal: AbortSignal,
): Promise<Build> {
  const asked = now();
  const newest: string[] = [];
  for (const project of projects) {
    const list = catalogue.list(project);
    await list.refresh(asked, signal);
    newest.push(...list.ids().slice(0, 1));
  }
  const [build] = newestFirst(await read({ catalogue, now }, newest, signal));
  if (build) return build;
  throw new AppError({
    kind: 'not-found',
    message: `There is no build yet of ${projects.join(', ') || 'any project'}.`,
    hint: 'Start one: ccwb-tui package.',
  });
}

async function withPrefix(
  { catalogue, now }: { catalogue: Catalogue; now: () => number },
  projects: readonly string[],
  prefix: string,
  signal: AbortSignal,
): Promise<string[]> {
  const asked = now();
  const found: string[] = [];
  for (const project of projects) {
    const list = catalogue.list(project);
    await list.refresh(asked, signal);
    // To the end: a prefix is unique only among all of them.
    await list.deepen(Number.POSITIVE_INFINITY, signal);
    found.push(...list.ids().filter((id) => splitBuildId(id)?.uuid.toLowerCase().startsWith(prefix)));
  }
  const whole = found.filter((id) => splitBuildId(id)?.uuid.toLowerCase() === prefix);
  return (whole.length > 0 ? whole : found).slice(0, mostCandidates);
}

/** CodeBuild may refuse what is not a whole id, where it could as well not find it. */
async function readIfValid(
  deps: { catalogue: Catalogue; now: () => number },
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Build[]> {
  try {
    return await read(deps, ids, signal);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'invalid') return [];
    throw error;
  }
}

async function read(
  { catalogue, now }: { catalogue: Catalogue; now: () => number },
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Build[]> {
  await catalogue.freshen(ids, now(), signal);
  return ids.flatMap((id) => catalogue.known(id)?.build ?? []);
}
