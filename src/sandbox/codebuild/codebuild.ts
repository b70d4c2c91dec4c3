import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SandboxService } from '../http.ts';
import { jsonService } from '../json-service.ts';
import { openBuildBook } from './build-book.ts';
import { createBuilder } from './builder.ts';
import type { BuildContext } from './context.ts';
import {
  batchGetBuilds,
  batchGetProjects,
  listBuilds,
  listBuildsForProject,
  listProjects,
  type Operations,
  retryBuild,
  startBuild,
  stopBuild,
} from './operations.ts';
import { sandboxProject } from './project.ts';
import { recoverBuilds } from './recover.ts';

export type CodeBuildDeps = Pick<
  BuildContext,
  'account' | 'clock' | 'logs' | 'objects' | 'runBuild' | 'prepareSource'
> & {
  /** CodeBuild's own folder; made where it is not there. */
  dir: string;
  /** Epoch ms at which the account was made; the present where it is not said. */
  createdAt?: number;
  newId?: () => string;
  /** The newest so many builds are kept, with their logs. */
  keepBuilds?: number;
};

export type CodeBuild = {
  service: SandboxService;
  /** Builds that queue or run. */
  running(): number;
  /** Ends the builds that queue or run as FAULT, and waits for their processes to be gone. */
  close(): Promise<void>;
};

/** CodeBuild keeps builds for a year; on one's own machine their logs would fill the disk before. */
const defaultKeepBuilds = 200;

/** The sandbox's CodeBuild over one project. Builds that a crash cut off are ended before it answers. */
export async function createCodeBuild(deps: CodeBuildDeps): Promise<CodeBuild> {
  const { dir, createdAt, newId = randomUUID, keepBuilds = defaultKeepBuilds, ...parts } = deps;
  const context: BuildContext = {
    ...parts,
    project: sandboxProject(deps.account, createdAt ?? deps.clock.now()),
    book: await openBuildBook(dir),
    workDir: join(dir, 'work'),
  };
  await recoverBuilds(context);
  const builder = createBuilder(context, { newId, initiator: deps.account.profileName, keepBuilds });
  const operations: Operations = { ...context, builder };
  const service = jsonService('CodeBuild', 'CodeBuild_20161006', operations, {
    ListProjects: listProjects,
    BatchGetProjects: batchGetProjects,
    ListBuilds: listBuilds,
    ListBuildsForProject: listBuildsForProject,
    BatchGetBuilds: batchGetBuilds,
    StartBuild: startBuild,
    RetryBuild: retryBuild,
    StopBuild: stopBuild,
  });
  return { service, running: builder.running, close: builder.close };
}
