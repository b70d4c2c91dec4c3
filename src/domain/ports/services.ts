import type { Connection, Deployment } from '../profile.ts';
import type { BuildsService } from './builds.ts';
import type { DistributionsService } from './distributions.ts';
import type { LogsService } from './logs.ts';
import type { SourceService } from './source.ts';

/**
 * Everything the program asks of one account, region and profile. `close()` frees its sockets.
 *
 * This and the other ports are what the program asks of the outside. Every method takes an AbortSignal and rejects
 * with an AppError (or an AbortError when aborted). An async iterable ends when its signal aborts, without throwing.
 */
export interface Services {
  readonly connection: Connection;
  readonly deployment: Deployment;
  readonly builds: BuildsService;
  readonly logs: LogsService;
  readonly source: SourceService;
  readonly distributions: DistributionsService;
  /** Re-reads identity and the end of the credentials. */
  identity(signal: AbortSignal): Promise<Connection>;
  close(): void;
}
