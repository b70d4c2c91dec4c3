import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { attachmentAs } from '../../domain/content-disposition.ts';
import { AppError } from '../../domain/errors.ts';
import { isShorterThanAsked, type LinkLife, linkLife, waysOut } from '../../domain/link-life.ts';
import type { SigningCredentials } from '../aws-clients.ts';
import type { DistributionsDeps } from './deps.ts';
import { note, type RunContext } from './run-context.ts';
import { presentEnd, type Signer, signingCredentials, usableSigner } from './signing-key.ts';
import type { Uploaded } from './upload/upload.ts';

export type LinkTarget = { region: string; bucket: string; key: string; filename: string };

export type Link = {
  url: string;
  life: LinkLife;
  signedBy: Signer['who'];
  /** What signed it, to read the package without the link; stays in memory. */
  credentials: SigningCredentials;
};

/**
 * As the run begins: says how long the link can live with the credentials at hand, while it is cheap to get others.
 * @returns whether the ways out of a short life were told.
 */
export async function estimateLink(
  deps: DistributionsDeps,
  signer: Signer,
  region: string,
  hours: number,
  context: RunContext,
): Promise<boolean> {
  const credentials = await presentEnd(deps, signer, region, context.signal);
  const life = linkLife({ signedAt: deps.clock.now(), hours, credentials });
  if (!isShorterThanAsked(life)) return false;
  const { askedUntil, expiresAt, cause } = life;
  context.emit({ kind: 'short-link', askedUntil, expiresAt, cause, estimate: true });
  sayWaysOut(deps, life, context);
  return true;
}

function sayWaysOut({ deployment }: DistributionsDeps, life: LinkLife, context: RunContext): void {
  note(context, waysOut(life, deployment.distributorSecret !== undefined));
}

/**
 * LINK: signs a GET of the very version uploaded, with the distribution stack's key or with credentials fetched anew so
 * that it lives as long as it can, by S3's clock. Where it will end before what was asked, that is said first, with the
 * ways out, unless those that credentials have were told as the run began (`areWaysTold`).
 */
export async function makeLink(
  deps: DistributionsDeps,
  target: LinkTarget,
  uploaded: Uploaded,
  hours: number,
  chosen: Signer,
  context: RunContext,
  { areWaysTold = false }: { areWaysTold?: boolean } = {},
): Promise<Link> {
  const { versionId, clockAheadMs, objectEndsAt } = uploaded;
  const signer = await usableSigner(deps, chosen, { ...target, versionId }, context);
  const { credentials, end } = await signingCredentials(deps, signer, target.region, context.signal);
  const now = deps.clock.now() + clockAheadMs;
  // X-Amz-Date has whole seconds.
  const signedAt = Math.floor(now / 1000) * 1000;
  const life = linkLife({
    signedAt,
    hours,
    credentials: end,
    ...(objectEndsAt === undefined ? {} : { objectEndsAt }),
  });
  if (life.expiresAt <= now) throw ended(life);
  if (isShorterThanAsked(life)) {
    const { askedUntil, expiresAt, cause } = life;
    context.emit({ kind: 'short-link', askedUntil, expiresAt, cause });
    if (cause === 'object' || !areWaysTold) sayWaysOut(deps, life, context);
  } else if (life.cause === 'unknown-credentials') {
    note(
      context,
      'The credentials do not say when they end: the link may end with them before what was asked.',
    );
  }
  if (clockAheadMs !== 0) {
    const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
    const way = clockAheadMs > 0 ? 'behind' : 'ahead of';
    note(context, `This machine’s clock is ${seconds} s ${way} S3’s; the link goes by S3’s.`);
  }
  const url = await sign(deps, target, versionId, credentials, signedAt, hours);
  return { url, life, signedBy: signer.who, credentials };
}

async function sign(
  deps: DistributionsDeps,
  { region, bucket, key, filename }: LinkTarget,
  versionId: string | undefined,
  { accessKeyId, secretAccessKey, sessionToken }: SigningCredentials,
  signedAt: number,
  hours: number,
): Promise<string> {
  const client = await deps.aws.s3(region, {
    forPresigning: true,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  });
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    // Else a later object under the same key would be served under this one's checksum.
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    ResponseContentDisposition: attachmentAs(filename),
  });
  return getSignedUrl(client, command, {
    expiresIn: hours * 3600,
    // The signer does not heed the skew that the SDK corrects elsewhere.
    signingDate: new Date(signedAt),
  });
}

function ended(life: LinkLife): AppError {
  return life.cause === 'object'
    ? new AppError({
        kind: 'invalid',
        message: 'The bucket’s lifecycle rule removes the package at once: no link to it can work.',
        hint: 'Look at the lifecycle rules of the distribution bucket.',
      })
    : new AppError({
        kind: 'credentials',
        message: 'The credentials have ended: a link signed with them would not work.',
        hint: 'Sign in again (aws sso login), then make the distribution again.',
      });
}
