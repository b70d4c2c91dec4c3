import { AwsFailure } from '../http.ts';
import { readInput, type Shape } from '../json-shape.ts';
import type { BuildWishes } from './record.ts';

export const badInput = 'InvalidInputException';

const text = { type: 'string', min: 1 } as const;
const anyText = { type: 'string' } as const;
const sortOrder = { type: 'string', values: ['ASCENDING', 'DESCENDING'] } as const;

/** As of CodeBuild's limits: a page, and the most that can be asked for at once. */
export const pageSize = 100;

export const shapes = {
  listProjects: {
    type: 'structure',
    members: {
      sortBy: { type: 'string', values: ['NAME', 'CREATED_TIME', 'LAST_MODIFIED_TIME'] },
      sortOrder,
      nextToken: text,
    },
  },
  batchGetProjects: {
    type: 'structure',
    members: { names: { type: 'list', of: text, min: 1, max: pageSize } },
    required: ['names'],
  },
  listBuilds: { type: 'structure', members: { sortOrder, nextToken: anyText } },
  listBuildsForProject: {
    type: 'structure',
    members: { projectName: text, sortOrder, nextToken: anyText },
    required: ['projectName'],
  },
  batchGetBuilds: {
    type: 'structure',
    members: { ids: { type: 'list', of: text, max: pageSize } },
    required: ['ids'],
  },
  stopBuild: { type: 'structure', members: { id: text }, required: ['id'] },
  retryBuild: {
    type: 'structure',
    members: { id: text, idempotencyToken: anyText },
    // Optional in the service's model, yet nothing can be retried without it.
    required: ['id'],
  },
} as const;

const startBuild = {
  type: 'structure',
  members: {
    projectName: text,
    idempotencyToken: anyText,
    sourceVersion: anyText,
    buildspecOverride: anyText,
    timeoutInMinutesOverride: { type: 'integer', min: 5, max: 2160 },
    queuedTimeoutInMinutesOverride: { type: 'integer', min: 5, max: 480 },
    environmentVariablesOverride: {
      type: 'list',
      of: {
        type: 'structure',
        members: {
          name: text,
          value: anyText,
          type: { type: 'string', values: ['PLAINTEXT', 'PARAMETER_STORE', 'SECRETS_MANAGER'] },
        },
        required: ['name', 'value'],
      },
    },
  },
  required: ['projectName'],
} as const;

/** StartBuild's other members: what a project without containers, repositories and fleets cannot do. */
const unsupported = new Set(
  [
    'secondarySources secondarySourcesVersion artifacts secondaryArtifacts sourceType sourceLocation sourceAuth',
    'gitCloneDepth gitSubmodulesConfig insecureSsl reportBuildStatus buildStatusConfig environmentType image',
    'computeType certificate cache serviceRole privilegedMode encryptionKey logsConfig registryCredential',
    'imagePullCredentialsType fleet autoRetryLimit hostKernel',
  ].flatMap((line) => line.split(' ').map((name) => `${name}Override`)),
).add('debugSessionEnabled');

export type StartRequest = { projectName: string; token?: string; wishes: BuildWishes };

/**
 * What a StartBuild asks for.
 * @throws AwsFailure InvalidInputException, naming the override that the sandbox does not offer.
 */
export function readStartBuild(json: unknown): StartRequest {
  const input = readInput(json, startBuild, badInput);
  for (const [name, value] of Object.entries(json as object)) {
    if (unsupported.has(name) && !saysNothing(value)) throw refused(name);
  }
  const { buildspecOverride: buildspec } = input;
  if (buildspec?.startsWith('arn:')) throw refused('buildspecOverride with the ARN of an object');
  const variables = (input.environmentVariablesOverride ?? []).map(({ name, value, type = 'PLAINTEXT' }) => {
    if (type !== 'PLAINTEXT') throw refused(`environmentVariablesOverride of type ${type}`);
    checkVariable(name, value);
    return { name, value };
  });
  return {
    projectName: input.projectName,
    ...(input.idempotencyToken ? { token: input.idempotencyToken } : {}),
    wishes: {
      variables,
      ...(buildspec ? { buildspec } : {}),
      ...(input.timeoutInMinutesOverride === undefined
        ? {}
        : { timeoutMinutes: input.timeoutInMinutesOverride }),
      ...(input.queuedTimeoutInMinutesOverride === undefined
        ? {}
        : { queuedTimeoutMinutes: input.queuedTimeoutInMinutesOverride }),
      ...(input.sourceVersion ? { sourceVersion: input.sourceVersion } : {}),
    },
  };
}

/** A shell's name, and none that the build itself sets. */
function checkVariable(name: string, value: string): void {
  const wrong = !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
    ? 'must be named with letters, digits and underscores'
    : name.startsWith('CODEBUILD_')
      ? 'must not begin with CODEBUILD_, which is reserved'
      : value.includes('\0')
        ? 'must not hold a NUL'
        : undefined;
  if (wrong === undefined) return;
  throw new AwsFailure(badInput, `Invalid input: environment variable ${JSON.stringify(name)} ${wrong}`);
}

/** An override to what is so anyway. */
function saysNothing(value: unknown): boolean {
  return value === null || value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}

function refused(what: string): AwsFailure {
  return new AwsFailure(badInput, `Invalid input: the sandbox does not offer ${what}`);
}

/** Reads an input by one of the {@link shapes}. */
export function readShape<const S extends Extract<Shape, { type: 'structure' }>>(json: unknown, shape: S) {
  return readInput(json, shape, badInput);
}
