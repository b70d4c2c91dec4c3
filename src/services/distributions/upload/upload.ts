import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { HeadObjectCommand, type HeadObjectCommandOutput, PutObjectCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import { transfer } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { sparing } from '../grace.ts';
import { createProgress, type RunContext } from '../run-context.ts';
import { watchBody, watchDate } from './counted-body.ts';
import { multipartUpload } from './multipart.ts';
import { type PackageObject, partBytes } from './package-object.ts';
import { readExactly } from './read-exactly.ts';
import { runMetadataKey, statusOf, tracked, type UploadTrace } from './upload-trace.ts';

/** The package as it lies in the bucket. */
export type Uploaded = {
  versionId: string | undefined;
  /** How far S3's clock is ahead of ours, ms. */
  clockAheadMs: number;
  /** When a lifecycle rule removes it, where one does. */
  objectEndsAt?: number;
};

/** Somebody else's package lies at the key: two administrators shipped in the same second. */
export class KeyTaken extends Error {
  constructor(key: string) {
    super(`${key} is taken`);
    this.name = 'KeyTaken';
  }
}

/**
 * UPLOAD: puts the package under a key that was free, with sha256 checksums that S3 verifies, and looks at what lies
 * there afterwards. A lost reply is told from a failure by looking.
 * @throws KeyTaken, or AppError; `trace` then says what a clean-up has to look for.
 */
export async function upload(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace,
  context: RunContext,
): Promise<Uploaded> {
  const progress = createProgress(context, source.size);
  try {
    if (source.size <= partBytes) await putWhole(deps, source, trace, context, progress);
    else await multipartUpload(deps, source, trace, context, progress);
  } catch (error) {
    context.signal.throwIfAborted();
    // Refused because something lies there, or because the upload is over: our own success, whose reply was lost?
    const status = error instanceof AppError ? statusOf(error) : undefined;
    if (!trace.mayExist || (status !== 412 && status !== 409 && status !== 404)) throw error;
    const found = await lookAt(deps, trace, undefined, context.signal).catch(() => undefined);
    if (!found) throw error;
    if (found.head.Metadata?.[runMetadataKey] !== trace.runId) throw new KeyTaken(trace.key);
    trace.made = { versionId: found.head.VersionId };
  }
  context.signal.throwIfAborted();
  return inspect(deps, source, trace, context.signal);
}

async function putWhole(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace,
  context: RunContext,
  progress: (done: number) => void,
): Promise<void> {
  const handle = await open(source.file);
  const body = await readExactly(handle, 0, source.size).finally(() => handle.close());
  const command = new PutObjectCommand({
    Bucket: trace.bucket,
    Key: trace.key,
    Body: body,
    ContentLength: body.length,
    ContentType: 'application/zip',
    ChecksumSHA256: createHash('sha256').update(body).digest('base64'),
    Metadata: { ...source.metadata, [runMetadataKey]: trace.runId },
    IfNoneMatch: '*',
  });
  const sending = watchBody(command, progress);
  const send = (signal: AbortSignal) =>
    deps.aws.call(
      { doing: `Uploading ${trace.key} to ${trace.bucket}`, action: 's3:PutObject' },
      signal,
      async (abortSignal) => {
        const client = await deps.aws.s3(trace.region);
        trace.mayExist = true;
        return tracked(trace, client.send(command, { abortSignal }));
      },
      transfer,
    );
  // Once all bytes are out the object may appear: then its answer is waited for, so that it can be removed.
  const answer = await sparing(context.signal, () => sending.complete(), deps.clock, send);
  trace.made = { versionId: answer.VersionId };
}

type Look = { head: HeadObjectCommandOutput; clockAheadMs: number };

async function lookAt(
  deps: DistributionsDeps,
  trace: UploadTrace,
  versionId: string | undefined,
  signal: AbortSignal,
): Promise<Look> {
  const command = new HeadObjectCommand({
    Bucket: trace.bucket,
    Key: trace.key,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
    ChecksumMode: 'ENABLED',
  });
  const ahead = watchDate(command, () => deps.clock.now());
  const head = await deps.aws.call(
    {
      doing: `Looking at ${trace.key} in ${trace.bucket}`,
      action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
    },
    signal,
    async (abortSignal) => (await deps.aws.s3(trace.region)).send(command, { abortSignal }),
  );
  return { head, clockAheadMs: ahead() };
}

/** What lies there must be what was sent. */
async function inspect(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace,
  signal: AbortSignal,
): Promise<Uploaded> {
  const { head, clockAheadMs } = await lookAt(deps, trace, trace.made?.versionId, signal);
  const whole = Buffer.from(source.sha256, 'hex').toString('base64');
  // Of several parts S3 keeps the checksum of checksums, with a dash; each part was verified as it came.
  const isWhole = head.ChecksumSHA256 !== undefined && !head.ChecksumSHA256.includes('-');
  if (
    head.ContentLength !== source.size ||
    head.Metadata?.[runMetadataKey] !== trace.runId ||
    (isWhole && head.ChecksumSHA256 !== whole)
  ) {
    throw new AppError({
      kind: 'failed',
      message: `What lies at ${trace.key} in ${trace.bucket} is not what was uploaded (${head.ContentLength ?? 'unknown'} bytes instead of ${source.size}).`,
      hint: 'Somebody else may write to that bucket; try again.',
      retryable: true,
    });
  }
  const endsAt = Date.parse(/expiry-date="([^"]+)"/.exec(head.Expiration ?? '')?.[1] ?? '');
  return {
    versionId: trace.made?.versionId ?? head.VersionId,
    clockAheadMs,
    ...(Number.isNaN(endsAt) ? {} : { objectEndsAt: endsAt }),
  };
}
