import type { Build } from './build.ts';
import type { Connection } from './profile.ts';

/**
 * The page of a build in the AWS console, of the build's own region and account (from its ARN, else the session's).
 * Undefined for the sandbox, and for an account that is not known yet. AWS GovCloud and China have hosts of their own.
 */
export function consoleLink(
  build: Pick<Build, 'id' | 'project' | 'arn'>,
  connection: Pick<Connection, 'place' | 'region' | 'identity'>,
): string | undefined {
  if (connection.place === 'sandbox') return undefined;
  const [, , , arnRegion, arnAccount] = build.arn?.split(':') ?? [];
  const region = arnRegion || connection.region;
  const account = arnAccount || connection.identity?.account;
  if (!account) return undefined;
  const project = encodeURIComponent(build.project);
  const path = `codesuite/codebuild/${account}/projects/${project}/build/${encodeURIComponent(build.id)}/`;
  return `https://${consoleHost(region)}/${path}?region=${region}`;
}

function consoleHost(region: string): string {
  if (region.startsWith('us-gov-')) return 'console.amazonaws-us-gov.com';
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  return `${region}.console.aws.amazon.com`;
}
