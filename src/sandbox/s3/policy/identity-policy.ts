import type { UserName } from '../../users.ts';
import { readPattern } from './pattern.ts';
import type { Policy } from './types.ts';

/** What a user may do by its own rights: the owner all, the distributor read packages and nothing else, as in ccwb. */
export function identityPolicyOf(name: UserName, bucketArn: string): Policy {
  const everything = name === 'owner';
  const actions = everything ? ['s3:*'] : ['s3:getobject', 's3:getobjectversion'];
  const resources = everything ? ['*'] : [`${bucketArn}/packages/*`];
  return [
    {
      effect: 'Allow',
      principals: [{ kind: 'everyone' }],
      actions: { negated: false, patterns: actions.map(readPattern) },
      resources: { negated: false, patterns: resources.map(readPattern) },
      conditions: [],
    },
  ];
}
