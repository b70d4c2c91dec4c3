import type { SandboxAccount } from '../account.ts';
import { AwsFailure } from '../http.ts';
import { arnOf } from './parameter.ts';

const maxArnLength = 1011;
const maxLevels = 15;

/** Throws AwsFailure unless a parameter may be created under the name. */
export function checkName(account: SandboxAccount, name: string): void {
  if (name.includes('/') && !name.startsWith('/'))
    throw invalid('Parameter name must be a fully qualified name.');
  const levels = name.replace(/^\//, '').split('/');
  if (!levels.every((level) => /^[A-Za-z0-9_.-]+$/.test(level)) || /^ssm/i.test(levels[0] ?? '')) {
    throw invalid(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (/^aws/i.test(levels[0] ?? '')) {
    throw new AwsFailure('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (levels.length > maxLevels) {
    throw new AwsFailure(
      'HierarchyLevelLimitExceededException',
      `Parameter name exceeds the limit of ${maxLevels} levels in a hierarchy.`,
    );
  }
  if (arnOf(account, name).length > maxArnLength) {
    throw invalid(`Parameter name must be at most ${maxArnLength} characters long, its ARN included.`);
  }
}

export type Selection = { name: string; selector: string | undefined };

/** Takes `name`, `name:version` or `name:label` apart; the name may be given as the parameter's ARN. */
export function parseSelector(account: SandboxAccount, text: string): Selection {
  const root = arnOf(account, '/');
  const plain = text.startsWith(root) ? text.slice(root.length - 1) : text;
  const [, name = plain, selector] = /^([^:]*)(:.*)$/.exec(plain) ?? [];
  return { name, selector };
}

function invalid(message: string): AwsFailure {
  return new AwsFailure('ValidationException', message);
}
