import type { SandboxAccount } from './account.ts';
import type { SandboxService } from './http.ts';
import { queryService } from './query-service.ts';
import { xml } from './xml.ts';

/** STS: who the account's only key belongs to. */
export function createSts(account: SandboxAccount): SandboxService {
  const getCallerIdentity = () => [
    xml('Arn', `arn:aws:iam::${account.accountId}:user/sandbox`),
    xml('UserId', 'AIDASANDBOXSANDBOXSAN'),
    xml('Account', account.accountId),
  ];
  return queryService({
    name: 'sts',
    version: '2011-06-15',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: { GetCallerIdentity: getCallerIdentity },
  });
}
