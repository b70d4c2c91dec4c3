import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import { transfer } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { sparing } from '../grace.ts';
import type { RunContext } from '../run-context.ts';
import { watchBody } from './counted-body.ts';
import { type PackageObject, partBytes } from './package-object.ts';
import { readExactly } from './read-exactly.ts';
import { runMetadataKey, tracked, type UploadTrace } from './upload-trace.ts';

/** S3 takes at most this many parts… */
const mostParts = 10_000;
/** …and this many are on their way at once; each is held in memory. */
const atOnce = 4;
const mebibyte = 1024 ** 2;

/** Size of the parts of a file: 8 MiB, or more where that would make too many. */
export function partSize(total: number): number {
  return Math.max(partBytes, Math.ceil(total / mostParts / mebibyte) * mebibyte);
}

/**
 * Uploads a large file in parts, each with its sha256, which S3 verifies as it comes and again at the end.
 * On failure or cancel nothing is tidied up here: `trace` says what there is.
 */
export async function multipartUpload(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace,
  context: RunContext,
  progress: (done: number) => void,
): Promise<void> {
  const uploadId = await create(deps, source, trace, context);
  const handle = await open(source.file);
  try {
    const parts = await sendParts(deps, source, { handle, uploadId, trace, context, progress });
    context.signal.throwIfAborted();
    await complete(deps, trace, uploadId, parts, context);
  } finally {
    await handle.close();
  }
}

async function create(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace,
  context: RunContext,
): Promise<string> {
  const command = new CreateMultipartUploadCommand({
    Bucket: trace.bucket,
    Key: trace.key,
    ContentType: 'application/zip',
    ChecksumAlgorithm: 'SHA256',
    Metadata: { ...source.metadata, [runMetadataKey]: trace.runId },
  });
  let tries = 0;
  trace.mayHaveStrays = true;
  const send = (signal: AbortSignal) =>
    deps.aws.call(
      { doing: `Beginning the upload of ${trace.key} to ${trace.bucket}`, action: 's3:PutObject' },
      signal,
      async (abortSignal) => {
        const client = await deps.aws.s3(trace.region);
        tries += 1;
        return tracked(trace, client.send(command, { abortSignal }));
      },
    );
  // Cut short, it would leave an upload whose id nobody knows.
  const answer = await sparing(context.signal, () => true, deps.clock, send);
  if (answer.UploadId === undefined) throw strangeAnswer('no upload id');
  trace.uploadId = answer.UploadId;
  trace.mayHaveStrays = tries > 1 || (answer.$metadata.attempts ?? 1) > 1;
  return answer.UploadId;
}

type Sending = {
  handle: FileHandle;
  uploadId: string;
  trace: UploadTrace;
  context: RunContext;
  progress: (done: number) => void;
};

async function sendParts(
  deps: DistributionsDeps,
  source: PackageObject,
  sending: Sending,
): Promise<CompletedPart[]> {
  const size = partSize(source.size);
  const count = Math.ceil(source.size / size);
  const parts: CompletedPart[] = [];
  const sent = new Array<number>(count).fill(0);
  // The first failure ends the others.
  const failure = new AbortController();
  const signal = AbortSignal.any([sending.context.signal, failure.signal]);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      const index = next;
      next += 1;
      const length = Math.min(size, source.size - index * size);
      const body = await readExactly(sending.handle, index * size, length);
      parts[index] = await sendPart(deps, sending, index + 1, body, signal, (bytes) => {
        sent[index] = bytes;
        sending.progress(sent.reduce((sum, done) => sum + done, 0));
      });
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, count) }, () =>
    work().catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  // All of them end before the file is closed and the clean-up begins.
  const ends = await Promise.allSettled(workers);
  sending.context.signal.throwIfAborted();
  if (failure.signal.aborted) throw failure.signal.reason;
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return parts;
}

async function sendPart(
  deps: DistributionsDeps,
  { uploadId, trace }: Sending,
  number: number,
  body: Buffer,
  signal: AbortSignal,
  onBytes: (sent: number) => void,
): Promise<CompletedPart> {
  const checksum = createHash('sha256').update(body).digest('base64');
  const command = new UploadPartCommand({
    Bucket: trace.bucket,
    Key: trace.key,
    UploadId: uploadId,
    PartNumber: number,
    Body: body,
    ContentLength: body.length,
    ChecksumSHA256: checksum,
  });
  watchBody(command, onBytes);
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
}

async function complete(
  deps: DistributionsDeps,
  trace: UploadTrace,
  uploadId: string,
  parts: CompletedPart[],
  context: RunContext,
): Promise<void> {
  const command = new CompleteMultipartUploadCommand({
    Bucket: trace.bucket,
    Key: trace.key,
    UploadId: uploadId,
    MultipartUpload: { Parts: parts },
    IfNoneMatch: '*',
  });
  const send = (signal: AbortSignal) =>
    deps.aws.call(
      { doing: `Finishing the upload of ${trace.key} to ${trace.bucket}`, action: 's3:PutObject' },
      signal,
      async (abortSignal) => {
        const client = await deps.aws.s3(trace.region);
        trace.mayExist = true;
        return tracked(trace, client.send(command, { abortSignal }));
      },
      transfer,
    );
  const answer = await sparing(context.signal, () => true, deps.clock, send);
  trace.made = { versionId: answer.VersionId };
  delete trace.uploadId;
}

function strangeAnswer(what: string): AppError {
  return new AppError({
    kind: 'unavailable',
    message: `S3 answered the upload with ${what}.`,
    hint: 'Try again; if it stays so, something between here and S3 changes the answers.',
    retryable: true,
  });
}
