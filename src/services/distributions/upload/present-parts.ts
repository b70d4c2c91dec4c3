import { type CompletedPart, ListPartsCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import type { DistributionsDeps } from '../deps.ts';
import type { PackageObject } from './package-object.ts';
import type { UploadTrace } from './upload-trace.ts';

/** Parts that lie in the bucket already as they should be, by number from 1, each with its size. */
export type PresentParts = Map<number, CompletedPart & { size: number }>;

type Wanted = Pick<PackageObject, 'size' | 'partBytes' | 'parts'>;

/** Bytes of the part of this number. */
export function lengthOfPart({ size, partBytes }: Wanted, number: number): number {
  return Math.min(partBytes, size - (number - 1) * partBytes);
}

/**
 * The parts of an unfinished upload whose size and sha256 are those wanted; the others are to be sent again.
 * @returns undefined where the upload is gone.
 */
export async function presentParts(
  aws: DistributionsDeps['aws'],
  wanted: Wanted,
  trace: Pick<UploadTrace, 'region' | 'bucket' | 'key'> & { uploadId: string },
  signal: AbortSignal,
): Promise<PresentParts | undefined> {
  const present: PresentParts = new Map();
  let marker: string | undefined;
  try {
    do {
      const page = await listPage(aws, trace, marker, signal);
      for (const { PartNumber: number, Size: size, ETag, ChecksumSHA256 } of page.Parts ?? []) {
        if (number === undefined || ETag === undefined || ChecksumSHA256 === undefined) continue;
        const isWhole = ChecksumSHA256 === wanted.parts[number - 1] && size === lengthOfPart(wanted, number);
        if (isWhole) present.set(number, { PartNumber: number, ETag, ChecksumSHA256, size });
      }
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not-found') return undefined;
    throw error;
  }
  return present;
}

function listPage(
  aws: DistributionsDeps['aws'],
  { region, bucket, key, uploadId }: Parameters<typeof presentParts>[2],
  marker: string | undefined,
  signal: AbortSignal,
) {
  return aws.call(
    { doing: `Looking what of ${key} lies in ${bucket}`, action: 's3:ListMultipartUploadParts' },
    signal,
    async (abortSignal) =>
      (await aws.s3(region)).send(
        new ListPartsCommand({
          Bucket: bucket,
          Key: key,
          UploadId: uploadId,
          ...(marker === undefined ? {} : { PartNumberMarker: marker }),
        }),
        { abortSignal },
      ),
  );
}
