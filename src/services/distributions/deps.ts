import type { Clock } from '../../domain/clock.ts';
import type { BuildsService } from '../../domain/ports/builds.ts';
import type { Deployment, Identity } from '../../domain/profile.ts';
import type { AwsClients } from '../aws-clients.ts';

/** The processes of this machine, as far as leftovers of dead ones are told from the work of living ones. */
export type Processes = { pid: number; alive(pid: number): boolean };

export type DistributionsDeps = {
  aws: Pick<AwsClients, 's3' | 'ssm' | 'secrets' | 'call' | 'freshCredentials' | 'currentCredentials'>;
  deployment: Deployment;
  builds: Pick<BuildsService, 'list' | 'get'>;
  clock: Clock;
  /** Where private temporary folders are made; made itself where it is missing. */
  tempDir: string;
  /** Where the ledgers of the buckets are kept; made itself where it is missing. */
  ledgerDir: string;
  /** What `~/` in a path means; absent: nothing. */
  home?: string;
  /** Who the credentials in use belong to, where that is known. */
  identity?: Identity;
  /** IANA name of the zone that moments in sentences are told in, besides UTC; absent: in UTC alone. */
  timeZone?: string;
  /** Links of the sandbox work on this machine only, and that is said. */
  place: 'aws' | 'sandbox';
  /** An id no other run has, `[A-Za-z0-9-]+`. */
  newId: () => string;
  processes: Processes;
};
