import type { Connection, Identity } from '../domain/profile.ts';
import { sanitiseText } from '../domain/sanitise.ts';
import type { AwsClients } from './aws-clients.ts';

/** Who the credentials belong to (STS GetCallerIdentity, which needs no permission). */
export async function readIdentity(
  { aws, region }: { aws: AwsClients; region: string },
  signal: AbortSignal,
): Promise<Identity> {
  const answer = await aws.call(
    { doing: 'Asking who these credentials belong to', action: 'sts:GetCallerIdentity' },
    signal,
    async (abortSignal) => {
      const client = await aws.sts(region);
      const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
      return client.send(new GetCallerIdentityCommand({}), { abortSignal });
    },
  );
  return {
    account: sanitiseText(answer.Account ?? ''),
    arn: sanitiseText(answer.Arn ?? ''),
    userId: sanitiseText(answer.UserId ?? ''),
  };
}

/**
 * When the credentials in use stop: epoch ms; undefined for long-term keys; `unknown` for session credentials whose end
 * nobody tells (some credential processes, environment variables).
 */
export async function readCredentialsEnd(
  { aws, region }: { aws: AwsClients; region: string },
  signal: AbortSignal,
): Promise<Connection['credentialsExpireAt']> {
  const credentials = await aws.currentCredentials(region, signal);
  if (credentials.expiration) return credentials.expiration.getTime();
  return credentials.sessionToken ? 'unknown' : undefined;
}
