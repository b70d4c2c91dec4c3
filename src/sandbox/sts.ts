import type { SandboxAccount } from './account.ts';
import type { SandboxService } from './http.ts';
import { type QueryOperation, queryService } from './query-service.ts';
import { xml } from './xml.ts';

/** STS: whose key signed. */
export function createSts(account: SandboxAccount): SandboxService {
  const getCallerIdentity: QueryOperation = (_parameters, { caller }) => [
    xml('Arn', caller?.arn),
    xml('UserId', caller?.userId),
    xml('Account', account.accountId),
  ];
  return queryService({
    name: 'sts',
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: { GetCallerIdentity: getCallerIdentity },
  });
}
