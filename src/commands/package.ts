import type { Build, Project } from '../domain/build.ts';
import { AppError } from '../domain/errors.ts';
import type { Services } from '../domain/ports/services.ts';
import { allowing } from './allowed-ips.ts';
import { wanted } from './arguments.ts';
import { printBuild } from './build.ts';
import { tellingCancel } from './cancelled.ts';
import type { CommandContext } from './context.ts';
import { makeDistribution } from './distribute.ts';
import { questionsAnsweredBy } from './distribution-question.ts';
import { followToEnd } from './follow-build.ts';
import { buildJson, jsonText } from './json.ts';
import { refuseReadOnly } from './stop-retry.ts';

export type PackageOptions = {
  /** Absent: all that have a project. */
  targetPlatform?: string[];
  status?: string;
  wait: boolean;
  distribute: boolean;
  expiresHours?: number;
  qr: boolean;
  /** Answers what `--distribute` asks with yes. */
  yes: boolean;
  allowedIps?: string[];
};

/**
 * `ccwb-tui package`: starts a build of each wanted project; with `--wait` follows them to their ends, with
 * `--distribute` ships the result. Exit 1 where a build failed.
 */
export async function packageCommand(context: CommandContext, options: PackageOptions): Promise<number> {
  checkCombination(options);
  if (options.status !== undefined) return status(context, options.status);
  refuseReadOnly(context, 'start a build');
  const going: Going = { started: [] };
  return tellingCancel(
    context,
    () => goingOn(going, options),
    () => startAll(context, options, going),
  );
}

/** How far a command came, for whoever cancels it. */
type Going = {
  started: Build[];
  /** A start was asked for and not answered yet. */
  isStarting?: boolean;
  /** All have ended. */
  areOver?: boolean;
};

function goingOn({ started, isStarting, areOver }: Going, { distribute }: PackageOptions): string {
  const notShipped = distribute ? ', and nothing was shipped' : '';
  const ids = started.map(({ id }) => id).join(', ');
  if (isStarting) {
    const others = ids === '' ? '' : `${ids} goes on, and `;
    return `in the middle of a start: ${others}whether another build began is to be seen with: ccwb-tui builds`;
  }
  if (ids === '') return 'before it began: no build was started.';
  if (areOver) return `when the builds were over${notShipped}. Ship them with: ccwb-tui distribute`;
  return `on this side alone: ${ids} ${started.length === 1 ? 'goes' : 'go'} on${notShipped}. Follow with: ccwb-tui logs ID --follow`;
}

async function startAll(context: CommandContext, options: PackageOptions, going: Going): Promise<number> {
  const services = await context.connect({ startsBuilds: true });
  const projects = await chooseProjects(context, services, options.targetPlatform ?? ['all']);
  await requireSource(context, services, projects);
  const { started } = going;
  for (const project of projects) {
    context.signal.throwIfAborted();
    going.isStarting = true;
    const build = await services.builds.start(project.name, context.newToken(), context.signal);
    started.push(build);
    going.isStarting = false;
    await context.recordLatestBuild(build, services);
    context.io.err(`Started ${build.id}\n`);
  }
  const wait = options.wait || options.distribute;
  const builds = wait ? await followAll(context, services, started) : started;
  going.areOver = wait;
  const good = builds.every((build) => !wait || build.status === 'SUCCEEDED');
  if (options.distribute && good) return shipAll(context, services, options, builds);
  if (context.options.json) await context.io.out(jsonText(builds.map(buildJson)));
  else if (!wait) {
    await context.io.out(builds.map((build) => `${build.id}\n`).join(''));
    context.io.err('Follow it with: ccwb-tui logs latest --follow\n');
  }
  return good ? 0 : 1;
}

function checkCombination(options: PackageOptions): void {
  const usage = (message: string, hint: string) => new AppError({ kind: 'usage', message, hint });
  if (options.status !== undefined && (options.wait || options.distribute)) {
    throw usage(
      '--status starts nothing: --wait and --distribute do not go with it.',
      'Try build ID --watch.',
    );
  }
  if (options.qr && !options.distribute) {
    throw usage('--qr belongs to --distribute.', 'Add --distribute, or leave it out.');
  }
  if (options.expiresHours !== undefined && !options.distribute) {
    throw usage('--expires-hours belongs to --distribute.', 'Add --distribute, or leave it out.');
  }
  if (options.yes && !options.distribute) {
    throw usage('--yes belongs to --distribute.', 'Add --distribute, or leave it out.');
  }
  if (options.allowedIps !== undefined && !options.distribute) {
    throw usage('--allowed-ips belongs to --distribute.', 'Add --distribute, or leave it out.');
  }
}

async function status(context: CommandContext, reference: string): Promise<number> {
  const services = await context.connect();
  const build = await services.builds.resolve(reference, services.deployment.projects, context.signal);
  await printBuild(context, services, build);
  return build.status === 'SUCCEEDED' || build.status === 'IN_PROGRESS' ? 0 : 1;
}

async function chooseProjects(
  context: CommandContext,
  services: Services,
  targets: readonly string[],
): Promise<Project[]> {
  const all = await services.builds.projects(services.deployment.projects, context.signal);
  const chosen = all.filter((project) => wanted(targets, project.target));
  if (chosen.length > 0) return chosen;
  const there = all.map((project) => `${project.name} (${project.target})`).join(', ');
  throw new AppError({
    kind: 'not-found',
    message: `No CodeBuild project builds ${targets.join(', ')}.`,
    hint: there ? `There is: ${there}.` : 'Deploy the codebuild stack with: ccwb deploy codebuild',
  });
}

/** CodeBuild would start, run a minute and fail without it. */
async function requireSource(
  context: CommandContext,
  services: Services,
  projects: Project[],
): Promise<void> {
  if (services.connection.place === 'sandbox') return;
  for (const project of projects) {
    if (project.source?.type !== 'S3') continue;
    if (await liesThere(context, services, project)) continue;
    throw new AppError({
      kind: 'not-found',
      message: `No source lies at ${project.source.location ?? 'the source of the project'}.`,
      hint: 'Upload one with: ccwb package',
    });
  }
}

/** Whether a source lies there. Who may not look may still build: CodeBuild has rights of its own. */
async function liesThere(context: CommandContext, services: Services, project: Project): Promise<boolean> {
  try {
    return (await services.source.describe(project, context.signal)) !== undefined;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'permission') return true;
    throw error;
  }
}

async function followAll(context: CommandContext, services: Services, builds: Build[]): Promise<Build[]> {
  const ended: Build[] = [];
  for (const build of builds) ended.push(await followToEnd(context, services, build));
  return ended;
}

async function shipAll(
  context: CommandContext,
  services: Services,
  options: PackageOptions,
  builds: Build[],
): Promise<number> {
  const asked = {
    expiresHours: options.expiresHours ?? context.settings.expiresHours,
    buildIds: builds.map(({ id }) => id),
    ...allowing(context.io, options.allowedIps, questionsAnsweredBy(context.io, options.yes).ask),
  };
  return makeDistribution(context, services, asked, options);
}
