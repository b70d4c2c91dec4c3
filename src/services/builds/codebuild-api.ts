import type { Build, Project } from '../../domain/build.ts';
import { AppError } from '../../domain/errors.ts';
import { sanitiseText } from '../../domain/sanitise.ts';
import { answerMs, type CallOptions, impatient } from '../aws-call.ts';
import type { AwsClients } from '../aws-clients.ts';
import { toBuild, toProject } from './to-build.ts';

/** Most ids CodeBuild takes in one BatchGet call, and gives in one page. */
export const batchSize = 100;

/** CodeBuild's calls in the program's own types; each rejects with an AppError that names the call. */
export type CodeBuildApi = {
  /** Ids of a project's builds, newest first, a page of up to 100. */
  listIds(
    project: string,
    token: string | undefined,
    signal: AbortSignal,
    options?: CallOptions,
  ): Promise<{ ids: string[]; nextToken?: string }>;
  /** Up to 100 builds by id, in any order; those CodeBuild does not know are not among them. */
  getBuilds(ids: readonly string[], signal: AbortSignal, options?: CallOptions): Promise<Build[]>;
  getProjects(names: readonly string[], signal: AbortSignal): Promise<Project[]>;
  start(project: string, token: string, signal: AbortSignal): Promise<Build>;
  stop(id: string, signal: AbortSignal): Promise<Build>;
  retry(id: string, token: string, signal: AbortSignal): Promise<Build>;
};

export function createCodeBuildApi({ aws, region }: { aws: AwsClients; region: string }): CodeBuildApi {
  const sdk = async () => ({
    client: await aws.codebuild(region),
    commands: await import('@aws-sdk/client-codebuild'),
  });

  return {
    listIds: (project, token, signal, options) =>
      aws.call(
        { doing: `Listing builds of ${project}`, action: 'codebuild:ListBuildsForProject' },
        signal,
        async (abortSignal) => {
          const { client, commands } = await sdk();
          // No sortOrder: newest first is the default, and naming it fails in projects of more than 100 builds.
          const answer = await client.send(
            new commands.ListBuildsForProjectCommand({ projectName: project, nextToken: token }),
            { abortSignal },
          );
          const { nextToken } = answer;
          const ids = (answer.ids ?? []).map((id) => sanitiseText(id));
          return { ids, ...(nextToken ? { nextToken } : {}) };
        },
        options,
      ),

    getBuilds: (ids, signal, options) =>
      aws.call(
        {
          doing: ids.length === 1 ? `Reading build ${ids[0]}` : `Reading ${ids.length} builds`,
          action: 'codebuild:BatchGetBuilds',
        },
        signal,
        async (abortSignal) => {
          const { client, commands } = await sdk();
          const answer = await client.send(new commands.BatchGetBuildsCommand({ ids: [...ids] }), {
            abortSignal,
          });
          return (answer.builds ?? []).flatMap((build) => toBuild(build) ?? []);
        },
        options,
      ),

    async getProjects(names, signal) {
      const found: Project[] = [];
      for (let from = 0; from < names.length; from += batchSize) {
        const chunk = names.slice(from, from + batchSize);
        const projects = await aws.call(
          { doing: `Reading project ${chunk.join(', ')}`, action: 'codebuild:BatchGetProjects' },
          signal,
          async (abortSignal) => {
            const { client, commands } = await sdk();
            const answer = await client.send(new commands.BatchGetProjectsCommand({ names: chunk }), {
              abortSignal,
            });
            return (answer.projects ?? []).flatMap((project) => toProject(project) ?? []);
          },
          impatient,
        );
        found.push(...projects);
      }
      return names.flatMap((name) => found.find((project) => project.name === name) ?? []);
    },

    start: (project, token, signal) =>
      certainly(
        aws.call(
          { doing: `Starting a build of ${project}`, action: 'codebuild:StartBuild' },
          signal,
          async (abortSignal) => {
            const { client, commands } = await sdk();
            const answer = await client.send(
              new commands.StartBuildCommand({ projectName: project, idempotencyToken: token }),
              { abortSignal },
            );
            return answered(answer.build, 'StartBuild');
          },
          { answerMs },
        ),
      ),

    stop: (id, signal) =>
      aws.call(
        { doing: `Stopping ${id}`, action: 'codebuild:StopBuild' },
        signal,
        async (abortSignal) => {
          const { client, commands } = await sdk();
          const answer = await client.send(new commands.StopBuildCommand({ id }), { abortSignal });
          return answered(answer.build, 'StopBuild');
        },
        { answerMs },
      ),

    retry: (id, token, signal) =>
      certainly(
        aws.call(
          { doing: `Retrying ${id}`, action: 'codebuild:RetryBuild' },
          signal,
          async (abortSignal) => {
            const { client, commands } = await sdk();
            const answer = await client.send(
              new commands.RetryBuildCommand({ id, idempotencyToken: token }),
              { abortSignal },
            );
            return answered(answer.build, 'RetryBuild');
          },
          { answerMs },
        ),
      ),
  };
}

/** A start without an answer may have begun a build all the same: that is said, so that nobody starts a second one. */
async function certainly(start: Promise<Build>): Promise<Build> {
  try {
    return await start;
  } catch (error) {
    if (!(error instanceof AppError) || (error.kind !== 'network' && error.kind !== 'unavailable'))
      throw error;
    throw new AppError({
      kind: error.kind,
      message: `${error.message} Whether the build has started is not known.`,
      hint: 'Look at the list of builds before starting it again.',
      retryable: true,
      cause: error,
    });
  }
}

function answered(raw: Parameters<typeof toBuild>[0] | undefined, call: string): Build {
  const build = raw && toBuild(raw);
  if (build) return build;
  throw new AppError({
    kind: 'failed',
    message: `${call} was accepted, but its answer names no build.`,
    hint: 'Look at the list of builds before trying again.',
  });
}
