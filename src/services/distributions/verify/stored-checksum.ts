import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { DistributionsDeps } from '../deps.ts';
import type { Measure } from '../package/staged-file.ts';
import type { SignedObject } from '../signing-key.ts';
import { partBytes } from '../upload/package-object.ts';
import { readExactly } from '../upload/read-exactly.ts';
import { otherBytes } from './failures.ts';

/**
 * Compares S3's stored sha256 with the file's: of the whole, or of its parts (the sha256 of the parts' sha256, with
 * their number behind a dash).
 * @returns false where S3 keeps none that could be compared.
 * @throws AppError where it is another.
 */
export async function sameStoredChecksum(
  deps: Pick<DistributionsDeps, 'aws'>,
  { region, bucket, key, versionId }: SignedObject,
  packed: Measure,
  file: string,
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
  const [, sum, parts] = /^([A-Za-z0-9+/=]+)(?:-(\d+))?$/.exec(head.ChecksumSHA256 ?? '') ?? [];
  if (sum === undefined) return false;
  const ours =
    parts === undefined
      ? Buffer.from(packed.sha256, 'hex').toString('base64')
      : await sumOfParts(packed.size, Number(parts), file, signal);
  if (ours === undefined) return false;
  if (ours !== sum) throw otherBytes.checksum();
  return true;
}

/** Undefined where the parts were not of our size. */
async function sumOfParts(
  size: number,
  parts: number,
  file: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (Math.ceil(size / partBytes) !== parts) return undefined;
  const handle = await open(file);
  const whole = createHash('sha256');
  try {
    for (let at = 0; at < size; at += partBytes) {
      signal.throwIfAborted();
      const part = await readExactly(handle, at, Math.min(partBytes, size - at));
      whole.update(createHash('sha256').update(part).digest());
    }
  } finally {
    await handle.close();
  }
  return whole.digest('base64');
}
