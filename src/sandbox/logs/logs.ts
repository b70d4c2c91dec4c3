import type { Clock } from '../../domain/clock.ts';
import type { SandboxAccount } from '../account.ts';
import type { SandboxService } from '../http.ts';
import { jsonService } from '../json-service.ts';
import { describeLogGroups, describeLogStreams } from './describe.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import type { LogsContext } from './inputs.ts';
import { createLogStore } from './store.ts';
import type { LogStore } from './types.ts';

export type LogsDeps = {
  /** The log's own folder; made where it is not there. */
  dir: string;
  clock: Clock;
  account: Pick<SandboxAccount, 'accountId' | 'region'>;
};

/** The sandbox's CloudWatch Logs: the reading half for clients, the writing half (`store`) for its builds. */
export async function createLogs(
  deps: LogsDeps,
): Promise<{ service: SandboxService; store: LogStore; close(): Promise<void> }> {
  const { store, reader, close } = await createLogStore(deps.dir, deps.clock);
  const context: LogsContext = { account: deps.account, reader, now: () => deps.clock.now() };
  const service = jsonService('CloudWatch Logs', 'Logs_20140328', context, {
    GetLogEvents: getLogEvents,
    FilterLogEvents: filterLogEvents,
    DescribeLogStreams: describeLogStreams,
    DescribeLogGroups: describeLogGroups,
  });
  return { service, store, close };
}
