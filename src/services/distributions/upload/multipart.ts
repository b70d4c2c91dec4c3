import { type FileHandle, open } from 'node:fs/promises';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import { transfer } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { sparing } from '../grace.ts';
import { createProgress, note, type RunContext } from '../run-context.ts';
import type { PackageObject } from './package-object.ts';
import { lengthOfPart, type PresentParts, presentParts } from './present-parts.ts';
import { expectSize, readExactly } from './read-exactly.ts';
import { sendPart } from './send-part.ts';
import { strangeAnswer } from './strange-answer.ts';
import { runMetadataKey, tracked, type UploadTrace } from './upload-trace.ts';

/** Parts on their way at once; each is held in memory. */
const atOnce = 4;

/**
 * Uploads a large file in parts, each with its sha256, which S3 verifies as it comes and again at the end. An upload
 * that `trace` knows already is gone on with: what lies there is kept.
 * On failure or cancel nothing is tidied up here: `trace` says what there is.
 */
export async function multipartUpload(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace,
  context: RunContext,
): Promise<void> {
  const present = await goOn(deps, source, trace, context);
  const uploadId = trace.uploadId ?? (await create(deps, source, trace, context));
  const handle = await open(source.file);
  try {
    await expectSize(handle, source.size);
    const parts = await sendParts(deps, source, { handle, uploadId, trace, context, present });
    context.signal.throwIfAborted();
    await complete(deps, source, { uploadId, trace, context }, parts);
  } finally {
    await handle.close();
  }
}

/** What lies there of an upload begun before; where that is gone, `trace` forgets it. */
async function goOn(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace,
  context: RunContext,
): Promise<PresentParts> {
  const { uploadId } = trace;
  if (uploadId === undefined) return new Map();
  const present = await knownParts(deps, source, { ...trace, uploadId }, context);
  if (present) {
    if (present.size > 0)
      note(context, `${present.size} of ${source.parts.length} parts lie in the bucket already.`);
    return present;
  }
  delete trace.uploadId;
  note(context, 'The upload begun before is no longer there: all of it is sent again.');
  return new Map();
}

/** Whoever may not list parts may still send all of them over those that are there. */
async function knownParts(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace & { uploadId: string },
  context: RunContext,
): Promise<PresentParts | undefined> {
  try {
    return await presentParts(deps.aws, source, trace, context.signal);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'permission') throw error;
    note(
      context,
      'What lies there may not be listed (s3:ListMultipartUploadParts): all parts are sent again.',
    );
    return new Map();
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
    ContentType: source.contentType,
    ChecksumAlgorithm: 'SHA256',
    Metadata: { ...source.metadata, [runMetadataKey]: trace.runId },
  });
  let tries = 0;
  const hadStrays = trace.mayHaveStrays;
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
  trace.mayHaveStrays = hadStrays || tries > 1 || (answer.$metadata.attempts ?? 1) > 1;
  await source.onBegan?.(answer.UploadId);
  return answer.UploadId;
}

type Sending = {
  handle: FileHandle;
  uploadId: string;
  trace: UploadTrace;
  context: RunContext;
  present: PresentParts;
};

async function sendParts(
  deps: DistributionsDeps,
  source: PackageObject,
  { handle, uploadId, trace, context, present }: Sending,
): Promise<CompletedPart[]> {
  const numbers = source.parts.map((_, index) => index + 1);
  const missing = numbers.filter((number) => !present.has(number));
  const kept = [...present.values()].reduce((sum, { size }) => sum + size, 0);
  const progress = createProgress(context, source.size, kept);
  const made = new Map<number, CompletedPart>(
    [...present].map(([number, { size: _, ...part }]) => [number, part]),
  );
  let sent = kept;
  // The first failure ends the others.
  const failure = new AbortController();
  const signal = AbortSignal.any([context.signal, failure.signal]);
  const work = async (): Promise<void> => {
    // One buffer a worker: what was answered has been read from it whole.
    let buffer: Buffer | undefined;
    for (let number = missing.shift(); number !== undefined; number = missing.shift()) {
      signal.throwIfAborted();
      buffer ??= Buffer.allocUnsafeSlow(source.partBytes);
      const body = buffer.subarray(0, lengthOfPart(source, number));
      await readExactly(handle, (number - 1) * source.partBytes, body);
      let ofThis = 0;
      const part = { number, body, checksum: source.parts[number - 1] ?? '' };
      const answer = await sendPart(deps, trace, uploadId, part, signal, (bytes) => {
        sent += bytes - ofThis;
        ofThis = bytes;
        progress(sent);
      });
      made.set(number, answer);
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, missing.length) }, () =>
    work().catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  // All of them end before the file is closed and the clean-up begins.
  const ends = await Promise.allSettled(workers);
  context.signal.throwIfAborted();
  if (failure.signal.aborted) throw failure.signal.reason;
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return numbers.flatMap((number) => made.get(number) ?? []);
}

async function complete(
  deps: DistributionsDeps,
  source: PackageObject,
  { uploadId, trace, context }: Pick<Sending, 'uploadId' | 'trace' | 'context'>,
  parts: CompletedPart[],
): Promise<void> {
  const command = new CompleteMultipartUploadCommand({
    Bucket: trace.bucket,
    Key: trace.key,
    UploadId: uploadId,
    MultipartUpload: { Parts: parts },
    MpuObjectSize: source.size,
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
  if (answer.ETag === undefined) throw strangeAnswer('neither a success nor an error');
  // The upload is forgotten once what it made was seen: an answer alone may be anybody's.
  if (answer.VersionId !== undefined) trace.made = { versionId: answer.VersionId };
}
