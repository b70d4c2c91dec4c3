import { fits } from './pattern.ts';
import type { Asked, Policy, Principal, Selection, Statement } from './types.ts';

/** What a policy says of a request; one Deny outweighs all that allow it. */
export type Verdict = 'allowed' | 'denied' | 'silent';

/** Weighs all statements of a policy. */
export function evaluate(policy: Policy, asked: Asked): Verdict {
  const effects = policy.filter((statement) => applies(statement, asked)).map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'silent';
}

function applies(statement: Statement, asked: Asked): boolean {
  return (
    statement.principals.some((principal) => isMeant(principal, statement.effect, asked)) &&
    selects(statement.actions, asked.action.toLowerCase()) &&
    selects(statement.resources, asked.resource) &&
    statement.conditions.every((holds) => holds(asked.facts))
  );
}

function isMeant(principal: Principal, effect: Statement['effect'], asked: Asked): boolean {
  switch (principal.kind) {
    case 'everyone':
      return true;
    case 'account':
      return effect === 'Deny' && principal.accountId === asked.accountId;
    case 'arn':
      return principal.arn === asked.arn;
    case 'nobody':
      return false;
  }
}

function selects({ negated, patterns }: Selection, text: string): boolean {
  return patterns.some((pattern) => fits(pattern, text)) !== negated;
}
