import { AppError } from '../../domain/errors.ts';
import type { CredentialsEnd } from '../../domain/link-life.ts';
import type { SigningCredentials } from '../aws-clients.ts';
import { cleanText } from '../clean-text.ts';
import type { GivenCredentials } from '../credentials.ts';
import type { DistributionsDeps } from './deps.ts';
import type { PackageBucket } from './package-bucket.ts';
import { note, type RunContext } from './run-context.ts';

/** Who signs a link: the distribution stack's user, whose key lives on, or whoever runs the program. */
export type Signer = { who: 'distributor'; secret: string; key: GivenCredentials } | { who: 'session' };

/** The object a link will lead to. */
export type SignedObject = PackageBucket & { key: string; versionId: string | undefined };

/**
 * The signing user's key pair out of Secrets Manager, where the distribution stack has one and it may be read; else the
 * session, with a note that says why. The pair stays in memory: it never reaches a note, an error or a file.
 * @throws AppError where Secrets Manager cannot be reached.
 */
export async function chooseSigner(deps: DistributionsDeps, context: RunContext): Promise<Signer> {
  const secret = deps.deployment.distributorSecret;
  if (secret === undefined) return { who: 'session' };
  const shown = cleanText(secret);
  const instead = (why: string): Signer => {
    note(context, `${why}: your own credentials sign the link instead of the distribution stack’s user.`);
    return { who: 'session' };
  };
  try {
    const key = readKeyPair(await readSecret(deps, secret, context.signal));
    return key
      ? { who: 'distributor', secret: shown, key }
      : instead(`The secret ${shown} holds no key pair (AccessKeyId, SecretAccessKey)`);
  } catch (error) {
    const passes = error instanceof AppError && (error.retryable || error.kind === 'credentials');
    if (!(error instanceof AppError) || passes) throw error;
    return instead(
      error.kind === 'not-found'
        ? `There is no secret ${shown}`
        : error.kind === 'permission'
          ? `The secret ${shown} may not be read (secretsmanager:GetSecretValue)`
          : error.message.replace(/\.$/, ''),
    );
  }
}

async function readSecret(
  deps: DistributionsDeps,
  secret: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await deps.aws.call(
    { doing: `Reading the secret ${cleanText(secret)}`, action: 'secretsmanager:GetSecretValue' },
    signal,
    async (abortSignal) => {
      const client = await deps.aws.secrets(deps.deployment.region);
      const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
      return client.send(new GetSecretValueCommand({ SecretId: secret }), { abortSignal });
    },
  );
  return answer.SecretString;
}

/** ccwb's template writes the pair as JSON. */
function readKeyPair(text: string | undefined): GivenCredentials | undefined {
  try {
    const { AccessKeyId, SecretAccessKey } = JSON.parse(text ?? '') as Record<string, unknown>;
    if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') return undefined;
    if (!/^\w{16,128}$/.test(AccessKeyId) || !/^[!-~]{1,256}$/.test(SecretAccessKey)) return undefined;
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  } catch {
    // The parser's message would repeat what it read.
    return undefined;
  }
}

/**
 * Whether S3 takes the signing user's key for this very object; a deactivated key signs links that work for nobody.
 * Asked with a header signature, which no restriction to addresses refuses. Where not, a note says so and the session
 * signs.
 */
export async function usableSigner(
  deps: DistributionsDeps,
  signer: Signer,
  object: SignedObject,
  context: RunContext,
): Promise<Signer> {
  if (signer.who === 'session') return signer;
  try {
    await touch(deps, signer.key, object, context.signal);
    return signer;
  } catch (error) {
    if (!(error instanceof AppError) || (error.kind !== 'credentials' && error.kind !== 'permission'))
      throw error;
    const why =
      error.kind === 'credentials'
        ? 'S3 does not accept its key (deactivated, deleted, or replaced since)'
        : 'it may not read the package (s3:GetObject, s3:GetObjectVersion)';
    note(
      context,
      `The distribution stack’s user (${signer.secret}) cannot sign: ${why}. Your own credentials sign the link.`,
    );
    return { who: 'session' };
  }
}

/** Reads one byte: a HEAD would be refused without a word why. */
async function touch(
  deps: DistributionsDeps,
  key: GivenCredentials,
  { region, bucket, key: objectKey, versionId }: SignedObject,
  signal: AbortSignal,
): Promise<void> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const client = await deps.aws.s3(region, { credentials: key });
  const input = { Bucket: bucket, Key: objectKey, Range: 'bytes=0-0' };
  await deps.aws.call(
    { doing: 'Trying the key of the distribution stack’s user', action: 's3:GetObject' },
    signal,
    async (abortSignal) => {
      const command = new GetObjectCommand(
        versionId === undefined ? input : { ...input, VersionId: versionId },
      );
      const answer = await client.send(command, { abortSignal });
      await answer.Body?.transformToByteArray();
    },
  );
}

/** Credentials to sign with, and when they end; the session's fetched anew, so that a link lives as long as it can. */
export async function signingCredentials(
  deps: DistributionsDeps,
  signer: Signer,
  region: string,
  signal: AbortSignal,
): Promise<{ credentials: SigningCredentials; end: CredentialsEnd }> {
  if (signer.who === 'distributor') return { credentials: signer.key, end: { kind: 'never' } };
  const credentials = await deps.aws.freshCredentials(region, signal);
  return { credentials, end: endOf(credentials) };
}

/** When the signer's credentials end as far as is known now, without asking for new ones. */
export async function presentEnd(
  deps: DistributionsDeps,
  signer: Signer,
  region: string,
  signal: AbortSignal,
): Promise<CredentialsEnd> {
  if (signer.who === 'distributor') return { kind: 'never' };
  return endOf(await deps.aws.currentCredentials(region, signal));
}

function endOf(credentials: SigningCredentials): CredentialsEnd {
  if (credentials.expiration) return { kind: 'at', at: credentials.expiration.getTime() };
  return credentials.sessionToken === undefined ? { kind: 'never' } : { kind: 'unknown' };
}
