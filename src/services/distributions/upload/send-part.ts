import { type CompletedPart, UploadPartCommand } from '@aws-sdk/client-s3';
import { transfer } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { watchBody } from './counted-body.ts';
import { ofRefusedBytes, signWithKnownHash } from './known-hash.ts';
import { strangeAnswer } from './strange-answer.ts';
import { tracked, type UploadTrace } from './upload-trace.ts';

/** A part as it is sent: its number from 1, its bytes, and their sha256 in base64. */
export type Part = { number: number; body: Uint8Array; checksum: string };

/**
 * Sends one part of a multipart upload; S3 compares its sha256 with the bytes that came, and here its answer is.
 * `onBytes`: bytes of it that are on their way, fewer again where it is sent anew.
 */
export async function sendPart(
  deps: DistributionsDeps,
  trace: UploadTrace,
  uploadId: string,
  { number, body, checksum }: Part,
  signal: AbortSignal,
  onBytes: (sent: number) => void,
): Promise<CompletedPart> {
  const command = new UploadPartCommand({
    Bucket: trace.bucket,
    Key: trace.key,
    UploadId: uploadId,
    PartNumber: number,
    Body: body,
    ContentLength: body.length,
    ChecksumSHA256: checksum,
  });
  signWithKnownHash(command, checksum);
  watchBody(command, onBytes);
  try {
    const answer = await deps.aws.call(
      { doing: `Uploading part ${number} of ${trace.key} to ${trace.bucket}`, action: 's3:PutObject' },
      signal,
      async (abortSignal) => {
        const client = await deps.aws.s3(trace.region);
        return tracked(trace, client.send(command, { abortSignal }));
      },
      transfer,
    );
    if (answer.ETag === undefined) throw strangeAnswer('no ETag');
    if (answer.ChecksumSHA256 !== undefined && answer.ChecksumSHA256 !== checksum) {
      throw strangeAnswer('the checksum of other bytes');
    }
    return { PartNumber: number, ETag: answer.ETag, ChecksumSHA256: checksum };
  } catch (error) {
    signal.throwIfAborted();
    throw ofRefusedBytes(error, body, checksum);
  }
}
