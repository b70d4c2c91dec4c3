import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageBucket } from '../package-bucket.ts';

/** Life of a link that nobody gets, seconds. */
const probeSeconds = 300;

/** A link of our own to a version, to try what links to it do now; handed to nobody. */
export async function probeLink(
  deps: Pick<DistributionsDeps, 'aws' | 'clock'>,
  { bucket, region }: PackageBucket,
  target: { key: string; versionId?: string },
  clockAheadMs: number,
  signal: AbortSignal,
): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = await deps.aws.currentCredentials(region, signal);
  const client = await deps.aws.s3(region, {
    forPresigning: true,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  });
  const { key, versionId } = target;
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
  });
  return getSignedUrl(client, command, {
    expiresIn: probeSeconds,
    signingDate: new Date(deps.clock.now() + clockAheadMs),
  });
}
