import type { Clock } from '../../domain/clock.ts';
import type { BuildsService } from '../../domain/ports/builds.ts';
import type { LogsService } from '../../domain/ports/logs.ts';
import { once } from '../aws-call.ts';
import type { AwsClients } from '../aws-clients.ts';
import { followLog } from './follow-log.ts';
import { createReadLogPage, createReadOlderPage } from './log-events.ts';

/** The logs of one region's builds, over CloudWatch Logs. Asks `builds` where a log lies and whether it goes on. */
export function createLogs(deps: {
  aws: AwsClients;
  region: string;
  builds: Pick<BuildsService, 'get'>;
  clock: Clock;
  /** 0 to below 1. */
  random: () => number;
}): LogsService {
  const { aws, region, builds, clock, random } = deps;
  return {
    follow: (query, signal) =>
      followLog(
        {
          builds,
          clock,
          random,
          reader: ({ group, stream }) =>
            createReadLogPage({ aws, region, group, stream, tries: query.once ? { attempts: 6 } : once }),
          olderReader: ({ group, stream }) =>
            createReadOlderPage({ aws, region, group, stream, tries: once }),
        },
        query,
        signal,
      ),
  };
}
