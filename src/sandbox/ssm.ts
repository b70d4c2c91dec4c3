import type { Clock } from '../domain/clock.ts';
import type { SandboxAccount } from './account.ts';
import type { SandboxService } from './http.ts';
import { jsonService } from './json-service.ts';
import type { SsmContext } from './ssm/context.ts';
import { deleteParameter, deleteParameters } from './ssm/delete-parameter.ts';
import {
  getParameter,
  getParameterHistory,
  getParameters,
  getParametersByPath,
} from './ssm/get-parameter.ts';
import { openParameters } from './ssm/parameter-store.ts';
import { putParameter } from './ssm/put-parameter.ts';

/** The sandbox's Parameter Store, kept in `ssm.json` in `dir`: readable by the owner alone, written in one step. */
export async function createSsm(deps: {
  dir: string;
  clock: Clock;
  account: SandboxAccount;
}): Promise<{ service: SandboxService }> {
  const { dir, clock, account } = deps;
  const context: SsmContext = { store: await openParameters(dir), clock, account };
  const service = jsonService('Systems Manager', 'AmazonSSM', context, {
    PutParameter: putParameter,
    GetParameter: getParameter,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    GetParameterHistory: getParameterHistory,
    DeleteParameter: deleteParameter,
    DeleteParameters: deleteParameters,
  });
  return { service };
}
