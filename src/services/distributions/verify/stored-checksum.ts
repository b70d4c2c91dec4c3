import { createHash } from 'node:crypto';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { DistributionsDeps } from '../deps.ts';
import type { Measure } from '../package/staged-file.ts';
import type { SignedObject } from '../signing-key.ts';
import { otherBytes } from './failures.ts';

/** What was packed; `parts`: sha256 (base64) of each part that it was sent in, where they are known. */
export type PackedParts = Measure & { parts?: readonly string[] };

/**
 * Compares S3's stored sha256 with that of what was packed: of the whole, or of its parts (the sha256 of the parts'
 * sha256, with their number behind a dash).
 * @returns false where there is nothing to compare.
 * @throws AppError where it is another.
 */
export async function sameStoredChecksum(
  deps: Pick<DistributionsDeps, 'aws'>,
  { region, bucket, key, versionId }: SignedObject,
  packed: PackedParts,
  signal: AbortSignal,
): Promise<boolean> {
  const head = await deps.aws.call(
    { doing: `Looking at ${key} in ${bucket}`, action: 's3:GetObjectVersion' },
    signal,
    async (abortSignal) =>
      (await deps.aws.s3(region)).send(
        new HeadObjectCommand({
          Bucket: bucket,
          Key: key,
          ...(versionId === undefined ? {} : { VersionId: versionId }),
          ChecksumMode: 'ENABLED',
        }),
        { abortSignal },
      ),
  );
  const [, sum, count] = /^([A-Za-z0-9+/=]+)(?:-(\d+))?$/.exec(head.ChecksumSHA256 ?? '') ?? [];
  const ours = count === undefined ? base64(packed.sha256) : sumOf(packed.parts ?? [], Number(count));
  if (sum === undefined || ours === undefined) return false;
  if (ours !== sum) throw otherBytes.checksum();
  return true;
}

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

/** Undefined where the parts are not those that S3 has. */
function sumOf(parts: readonly string[], count: number): string | undefined {
  if (parts.length !== count) return undefined;
  const whole = createHash('sha256');
  for (const part of parts) whole.update(part, 'base64');
  return whole.digest('base64');
}
