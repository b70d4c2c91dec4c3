import type { Build } from '../../../domain/build.ts';
import { AppError } from '../../../domain/errors.ts';
import type { DistributionsDeps } from '../deps.ts';

const pageSize = 50;
/** Builds of one project looked through for a good one; CodeBuild keeps a year of them. */
const lookedThrough = 1_000;

/** The build whose artifacts are taken for a project, and the newer ones that were passed over. */
export type Choice = { project: string; good: Build | undefined; passedOver: Build[] };

/**
 * The newest succeeded build of each project. One that runs or failed is passed over, never a reason to have nothing.
 */
export async function newestGoodBuilds(
  builds: DistributionsDeps['builds'],
  projects: readonly string[],
  signal: AbortSignal,
): Promise<Choice[]> {
  return Promise.all(projects.map((project) => newestGood(builds, project, signal)));
}

async function newestGood(
  builds: DistributionsDeps['builds'],
  project: string,
  signal: AbortSignal,
): Promise<Choice> {
  const passedOver: Build[] = [];
  let cursor: string | undefined;
  do {
    const page = await builds.list(
      { projects: [project], limit: pageSize, ...(cursor === undefined ? {} : { cursor }) },
      signal,
    );
    for (const build of page.builds) {
      if (isGood(build)) return { project, good: build, passedOver };
      passedOver.push(build);
    }
    cursor = page.builds.length > 0 ? page.cursor : undefined;
  } while (cursor !== undefined && passedOver.length < lookedThrough);
  return { project, good: undefined, passedOver };
}

/**
 * The builds the user named.
 * @throws AppError `usage` where two are for the same target, `conflict` where one has nothing to ship, naming the
 *   newest that has.
 */
export async function namedBuilds(
  builds: DistributionsDeps['builds'],
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Build[]> {
  const named = await Promise.all([...new Set(ids)].map((id) => builds.get(id, signal)));
  refuseSameTarget(named);
  for (const build of named) if (!isGood(build)) throw await nothingToShip(builds, build, signal);
  return named;
}

/** Both would bring files of the same names, and only one of them could be shipped. */
function refuseSameTarget(builds: readonly Build[]): void {
  for (const [at, build] of builds.entries()) {
    const other = builds.slice(0, at).find((one) => isSameTarget(one, build));
    if (!other) continue;
    const what = build.target === 'unknown' ? `of the project ${build.project}` : `for ${build.target}`;
    throw new AppError({
      kind: 'usage',
      message: `The builds ${other.id} and ${build.id} are both ${what}: a package has the binaries of one.`,
      hint: 'Name one build of each target.',
    });
  }
}

const isSameTarget = (a: Build, b: Build) =>
  a.project === b.project || (a.target !== 'unknown' && a.target === b.target);

async function nothingToShip(
  builds: DistributionsDeps['builds'],
  build: Build,
  signal: AbortSignal,
): Promise<AppError> {
  const { good } = await newestGood(builds, build.project, signal);
  const state =
    build.status === 'IN_PROGRESS'
      ? 'is still running'
      : build.status === 'SUCCEEDED'
        ? 'made no artifact'
        : `did not succeed (${build.status.toLowerCase().replaceAll('_', ' ')})`;
  return new AppError({
    kind: 'conflict',
    message: `Build ${build.id} ${state}: there is nothing to ship of it.`,
    hint: good ? `The newest good build is ${good.id}.` : 'That project has no good build yet: build first.',
  });
}

function isGood(build: Build): boolean {
  return build.status === 'SUCCEEDED' && build.artifact?.location !== undefined;
}
