import { AppError } from '../domain/errors.ts';
import type { CcwbProfile, Deployment } from '../domain/profile.ts';
import { sanitiseText } from '../domain/sanitise.ts';
import { readDeployment, type StackKey, type StackReading, stackName } from '../domain/stacks.ts';
import type { CallOptions } from './aws-call.ts';
import type { AwsClients } from './aws-clients.ts';

type Deps = {
  aws: AwsClients;
  profile: CcwbProfile;
  buildRegion: string;
  region: string;
  /** `--project`. */
  project?: string;
  tries: CallOptions;
};

/**
 * What of ccwb's stacks is there. A stack that is missing or may not be read is a note, not an error; lost connections
 * and refused credentials are errors.
 */
export async function findDeployment(deps: Deps, signal: AbortSignal): Promise<Deployment> {
  const [codebuild, distribution, auth] = await Promise.all([
    readStack(deps, 'codebuild', deps.buildRegion, signal),
    readStack(deps, 'distribution', deps.region, signal),
    readStack(deps, 'auth', deps.region, signal),
  ]);
  const named = deps.project !== undefined || 'outputs' in codebuild;
  const listed = named ? undefined : await listProjects(deps, signal);
  return readDeployment({
    profile: deps.profile,
    buildRegion: deps.buildRegion,
    region: deps.region,
    codebuild,
    distribution,
    auth,
    ...(listed ? { listed } : {}),
    ...(deps.project === undefined ? {} : { project: deps.project }),
  });
}

async function readStack(
  { aws, profile, tries }: Deps,
  key: StackKey,
  region: string,
  signal: AbortSignal,
): Promise<StackReading> {
  const name = stackName(profile, key);
  try {
    const answer = await aws.call(
      { doing: `Reading stack ${name}`, action: 'cloudformation:DescribeStacks' },
      signal,
      async (abortSignal) => {
        const client = await aws.cloudformation(region);
        const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
        return client.send(new DescribeStacksCommand({ StackName: name }), { abortSignal });
      },
      tries,
    );
    const outputs = (answer.Stacks?.[0]?.Outputs ?? []).flatMap(({ OutputKey, OutputValue }) =>
      OutputKey && OutputValue ? [[sanitiseText(OutputKey), sanitiseText(OutputValue)] as const] : [],
    );
    return { outputs: Object.fromEntries(outputs) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.kind === 'not-found') return { missing: `Stack ${name} is not deployed in ${region}.` };
    if (error.kind === 'permission') return { missing: error.message, isRefused: true };
    throw error;
  }
}

/** Names of the account's projects; undefined where they may not be listed. */
async function listProjects(
  { aws, buildRegion, tries }: Deps,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const names: string[] = [];
  let token: string | undefined;
  try {
    do {
      const answer = await aws.call(
        { doing: 'Listing build projects', action: 'codebuild:ListProjects' },
        signal,
        async (abortSignal) => {
          const client = await aws.codebuild(buildRegion);
          const { ListProjectsCommand } = await import('@aws-sdk/client-codebuild');
          return client.send(new ListProjectsCommand({ nextToken: token }), { abortSignal });
        },
        tries,
      );
      names.push(...(answer.projects ?? []).map((name) => sanitiseText(name)));
      token = answer.nextToken === token ? undefined : answer.nextToken;
    } while (token !== undefined);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'permission') return undefined;
    throw error;
  }
  return names;
}
