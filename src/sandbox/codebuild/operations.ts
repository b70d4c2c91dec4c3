import { createHash } from 'node:crypto';
import { AwsFailure } from '../http.ts';
import { buildJson } from './build-json.ts';
import type { Builder } from './builder.ts';
import type { BuildContext } from './context.ts';
import { badInput, pageSize, readShape, readStartBuild, shapes } from './inputs.ts';
import { pageOfBuilds } from './paging.ts';
import { projectJson } from './project.ts';
import { type BuildRecord, type BuildWishes, buildId } from './record.ts';

export type Operations = Pick<BuildContext, 'account' | 'project' | 'book' | 'clock'> & { builder: Builder };

/** An idempotency token is remembered this long. */
const tokenLifeMs = 5 * 60_000;

/** ListProjects: the account holds one, so that no order and no token changes the answer. */
export async function listProjects({ project }: Operations, json: unknown): Promise<object> {
  const input = readShape(json, shapes.listProjects);
  if (input.nextToken !== undefined)
    throw new AwsFailure(badInput, 'Invalid input: the nextToken is invalid');
  return { projects: [project.name] };
}

/** BatchGetProjects, by name or ARN. */
export async function batchGetProjects({ project, account }: Operations, json: unknown): Promise<object> {
  const names = [...new Set(readShape(json, shapes.batchGetProjects).names)];
  const isOurs = (name: string): boolean => name === project.name || name === project.arn;
  return {
    projects: names.some(isOurs) ? [projectJson(project, account)] : [],
    projectsNotFound: names.filter((name) => !isOurs(name)),
  };
}

/** ListBuilds: ids of the whole account, newest first. */
export async function listBuilds({ book }: Operations, json: unknown): Promise<object> {
  const input = readShape(json, shapes.listBuilds);
  return pageOfBuilds('builds', book.all(), input.sortOrder ?? 'DESCENDING', input.nextToken);
}

/** ListBuildsForProject; with more than a page of builds it takes no sortOrder, says its documentation. */
export async function listBuildsForProject(operations: Operations, json: unknown): Promise<object> {
  const input = readShape(json, shapes.listBuildsForProject);
  checkProject(operations, input.projectName);
  const builds = operations.book.all();
  if (input.sortOrder !== undefined && builds.length > pageSize) {
    const message = `Invalid input: sortOrder cannot be set for a project with more than ${pageSize} builds`;
    throw new AwsFailure(badInput, message);
  }
  return pageOfBuilds(input.projectName, builds, input.sortOrder ?? 'DESCENDING', input.nextToken);
}

/** BatchGetBuilds: builds that are not there are named, and no error. */
export async function batchGetBuilds(operations: Operations, json: unknown): Promise<object> {
  const ids = [...new Set(readShape(json, shapes.batchGetBuilds).ids)];
  if (ids.length === 0) throw new AwsFailure(badInput, 'The input build ID list cannot be empty.');
  const found = ids.map((id) => ({ id, record: findBuild(operations, id) }));
  return {
    builds: found.flatMap(({ record }) => (record ? [toJson(operations, record)] : [])),
    buildsNotFound: found.flatMap(({ id, record }) => (record ? [] : [id])),
  };
}

/** StartBuild. The same idempotency token within five minutes answers with the build that it started. */
export async function startBuild(operations: Operations, json: unknown): Promise<object> {
  const { projectName, token, wishes } = readStartBuild(json);
  checkProject(operations, projectName);
  return startOnce(operations, wishes, token, fingerprint(['StartBuild', projectName, wishes]));
}

/** RetryBuild: a new build that asks for what the former asked for. */
export async function retryBuild(operations: Operations, json: unknown): Promise<object> {
  const { id, idempotencyToken } = readShape(json, shapes.retryBuild);
  const former = requireBuild(operations, id);
  return startOnce(operations, former.wishes, idempotencyToken, fingerprint(['RetryBuild', buildId(former)]));
}

/** StopBuild: a build that has ended already is answered as it is. */
export async function stopBuild(operations: Operations, json: unknown): Promise<object> {
  const { uuid } = requireBuild(operations, readShape(json, shapes.stopBuild).id);
  await operations.builder.stop(uuid);
  return { build: toJson(operations, requireBuild(operations, `${operations.project.name}:${uuid}`)) };
}

async function startOnce(
  operations: Operations,
  wishes: BuildWishes,
  token: string | undefined,
  print: string,
): Promise<object> {
  const { book, builder, clock } = operations;
  const now = clock.now();
  const started = token
    ? book.all().find((one) => one.token?.value === token && now - one.token.at < tokenLifeMs)
    : undefined;
  if (started === undefined) {
    const remembered = token ? { token: { value: token, fingerprint: print, at: now } } : {};
    return { build: toJson(operations, await builder.start({ wishes, ...remembered })) };
  }
  if (started.token?.fingerprint !== print) {
    const message =
      'Invalid input: the idempotency token was used with other parameters (parameter mismatch)';
    throw new AwsFailure(badInput, message);
  }
  await book.saved(started.uuid);
  return { build: toJson(operations, requireBuild(operations, buildId(started))) };
}

function fingerprint(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}

function toJson({ project, account }: Operations, record: BuildRecord): object {
  return buildJson(record, project, account);
}

function checkProject({ project }: Operations, name: string): void {
  if (name === project.name) return;
  const arn = project.arn.replace(/[^/]*$/, '') + name;
  throw new AwsFailure('ResourceNotFoundException', `Project cannot be found: ${arn}`);
}

/** By `project:uuid` or ARN. */
function findBuild({ book, account }: Operations, id: string): BuildRecord | undefined {
  const prefix = `arn:aws:codebuild:${account.region}:${account.accountId}:build/`;
  const short = id.startsWith(prefix) ? id.slice(prefix.length) : id;
  const record = book.get(short.slice(short.indexOf(':') + 1));
  return record !== undefined && buildId(record) === short ? record : undefined;
}

/** @throws AwsFailure InvalidInputException for what is no id, ResourceNotFoundException for a build that is not there. */
function requireBuild(operations: Operations, id: string): BuildRecord {
  const record = findBuild(operations, id);
  if (record !== undefined) return record;
  if (!id.includes(':')) throw new AwsFailure(badInput, `Invalid build ID: ${id}`);
  throw new AwsFailure('ResourceNotFoundException', `Build ${id} cannot be found`);
}
