import { AppError } from '../domain/errors.ts';
import type { Connection, Identity } from '../domain/profile.ts';
import { sanitiseText } from '../domain/sanitise.ts';
import type { CallOptions } from './aws-call.ts';
import type { AwsClients, SigningCredentials } from './aws-clients.ts';

/** Whose credentials these are, as far as it can be told. */
export type WhoAmI = {
  identity: Identity | undefined;
  /** Why the identity is not known, a sentence. */
  missing?: string;
  credentialsExpireAt: Connection['credentialsExpireAt'];
};

export type ReadIdentity = (signal: AbortSignal, tries?: CallOptions) => Promise<WhoAmI>;

/**
 * Tells who the credentials in use belong to and when they stop. STS is asked once for each access key, which never
 * changes its owner. A refusal (GetCallerIdentity needs no permission, but an endpoint's policy can deny it) is no error.
 */
export function createReadIdentity({ aws, region }: { aws: AwsClients; region: string }): ReadIdentity {
  let known: { accessKeyId: string; identity: Identity } | undefined;
  return async (signal, tries) => {
    const credentials = await aws.currentCredentials(region, signal);
    const { accessKeyId } = credentials;
    const credentialsExpireAt = endOf(credentials);
    if (known?.accessKeyId === accessKeyId) return { identity: known.identity, credentialsExpireAt };
    try {
      const identity = await askWho(aws, region, signal, tries);
      known = { accessKeyId, identity };
      return { identity, credentialsExpireAt };
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'permission') throw error;
      return { identity: undefined, missing: error.message, credentialsExpireAt };
    }
  };
}

async function askWho(
  aws: AwsClients,
  region: string,
  signal: AbortSignal,
  tries?: CallOptions,
): Promise<Identity> {
  const answer = await aws.call(
    { doing: 'Asking who these credentials belong to', action: 'sts:GetCallerIdentity' },
    signal,
    async (abortSignal) => {
      const client = await aws.sts(region);
      const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
      return client.send(new GetCallerIdentityCommand({}), { abortSignal });
    },
    tries,
  );
  return {
    account: sanitiseText(answer.Account ?? ''),
    arn: sanitiseText(answer.Arn ?? ''),
    userId: sanitiseText(answer.UserId ?? ''),
  };
}

/**
 * When the credentials stop: epoch ms; undefined for long-term keys; `unknown` for session credentials whose end nobody
 * tells (some credential processes, environment variables).
 */
function endOf({ expiration, sessionToken }: SigningCredentials): Connection['credentialsExpireAt'] {
  if (expiration) return expiration.getTime();
  return sessionToken ? 'unknown' : undefined;
}
