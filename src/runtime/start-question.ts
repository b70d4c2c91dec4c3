import type { Project } from '../domain/build.ts';
import { AppError } from '../domain/errors.ts';
import { expectedCost, usualOf } from '../domain/estimate.ts';
import { formatAge, formatBytes, formatMoney } from '../domain/format.ts';
import type { Services } from '../domain/ports/services.ts';
import type { Question } from '../state/state-overlay.ts';
import type { ActionDeps } from './action-deps.ts';
import { openServices } from './session.ts';

type Deps = Pick<ActionDeps, 'holder' | 'clock' | 'get'>;

/** On AWS a build costs money and takes what lies in the bucket: both are said before it starts. */
export async function startQuestion(deps: Deps, name: string, signal: AbortSignal): Promise<Question> {
  const services = openServices(deps.holder);
  const [project] = await services.builds.projects([name], signal);
  if (!project) {
    throw new AppError({
      kind: 'not-found',
      message: `The build project ${name} is not there.`,
      hint: 'Deploy the codebuild stack with ccwb deploy codebuild.',
    });
  }
  const source = await sourceText(deps, services, project, signal);
  const state = deps.get();
  const usual = usualOf(state.builds.list ?? [], name);
  const cost = expectedCost(project.environment, usual, state.env.prices);
  const price = cost === undefined ? 'cost not known' : formatMoney(cost);
  return {
    kind: 'question',
    text: `Build ${name}? ${source}, ${price}.`,
    yes: 'start',
    default: 'yes',
    danger: false,
    onYes: { effect: 'start', project: name },
  };
}

/** What the build would take, in words: size and age where it lies in S3, else where it comes from. */
async function sourceText(
  deps: Deps,
  services: Services,
  project: Project,
  signal: AbortSignal,
): Promise<string> {
  const { type = 'NO_SOURCE', location } = project.source ?? {};
  if (type !== 'S3') return `Source ${location ?? type}`;
  const source = await services.source.describe(project, signal).catch((error: unknown) => {
    // Who may not look may still build: CodeBuild reads the source with rights of its own.
    if (error instanceof AppError && error.kind === 'permission') return 'unseen' as const;
    throw error;
  });
  if (source === 'unseen') return 'Source not to be seen with your permissions';
  if (source) {
    return `Source ${formatBytes(source.size)}, ${formatAge(deps.clock.now() - source.modifiedAt)} old`;
  }
  throw new AppError({
    kind: 'not-found',
    message: `No source lies at ${location ?? 'the source location of the project'}.`,
    hint: 'ccwb package uploads one.',
  });
}
