import type { Build } from '../domain/build.ts';
import { shortId } from '../domain/build-id.ts';
import { toAppError } from '../domain/errors.ts';
import type { BuildsService } from '../domain/ports/builds.ts';
import type { ActionDeps, Performers } from './action-deps.ts';
import type { Act } from './actions-under-way.ts';
import { openServices } from './session.ts';
import { startQuestion } from './start-question.ts';
import { createStartTokens } from './start-tokens.ts';

/** Starts builds, starts them again, and stops them. */
export function buildActions(
  deps: ActionDeps,
  act: Act,
): Performers<'prepare-start' | 'start' | 'retry' | 'stop'> {
  const { dispatch } = deps;
  const tokens = createStartTokens({
    now: () => deps.clock.now(),
    newToken: deps.newToken,
    builds: () => deps.get().builds.list ?? [],
  });

  /** The build runs all the same where noting it fails. */
  const note = async (build: Build) => {
    try {
      await deps.recordLatestBuild?.(build, openServices(deps.holder));
    } catch (error) {
      dispatch({ type: 'said', tone: 'warn', text: toAppError(error).message });
    }
  };

  /** Shows the build as soon as there is one, and has the list asked for anew. `what`: as {@link createStartTokens}. */
  const startOnce = async (
    what: string,
    project: string,
    start: (builds: BuildsService, token: string) => Promise<Build>,
  ): Promise<Build> => {
    const { builds } = openServices(deps.holder);
    const build = await tokens.use(what, project, (token) => start(builds, token));
    dispatch({ type: 'build-started', build });
    builds.refresh();
    await note(build);
    return build;
  };

  return {
    'prepare-start': ({ project }) =>
      act('prepare', `Looking at ${project}`, async (signal) => {
        dispatch({ type: 'overlay', overlay: await startQuestion(deps, project, signal) });
        return undefined;
      }),
    start: ({ project }) =>
      act('start', `Starting a build of ${project}`, async (signal) => {
        const build = await startOnce(project, project, (builds, token) =>
          builds.start(project, token, signal),
        );
        return { tone: 'good', text: `Build ${shortId(build)} of ${project} has started.` };
      }),
    retry: ({ id }) =>
      act('retry', 'Starting the build again', async (signal) => {
        const project = id.slice(0, id.indexOf(':'));
        const build = await startOnce(id, project, (builds, token) => builds.retry(id, token, signal));
        return { tone: 'good', text: `Build ${shortId(build)} has started.` };
      }),
    stop: ({ id }) =>
      act('stop', 'Stopping the build', async (signal) => {
        const { builds } = openServices(deps.holder);
        const build = await builds.stop(id, signal);
        dispatch({ type: 'build-changed', build });
        builds.refresh();
        return { tone: 'info', text: `Build ${shortId(build)} is being stopped.` };
      }),
  };
}
