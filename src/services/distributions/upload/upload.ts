import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { HeadObjectCommand, type HeadObjectCommandOutput, PutObjectCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import { transfer } from '../../aws-call.ts';
import type { DistributionsDeps } from '../deps.ts';
import { sparing } from '../grace.ts';
import { createProgress, note, type RunContext } from '../run-context.ts';
import { watchBody, watchDate } from './counted-body.ts';
import { ofRefusedBytes, signWithKnownHash } from './known-hash.ts';
import { multipartUpload } from './multipart.ts';
import type { PackageObject } from './package-object.ts';
import { expectSize, readExactly } from './read-exactly.ts';
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
  try {
    if (trace.isGoingOn && (await isThere(deps, trace, context.signal))) {
      note(context, `${trace.key} lies in the bucket already.`);
    } else if (source.parts.length <= 1) await putWhole(deps, source, trace, context);
    else await multipartUpload(deps, source, trace, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!isSaidToBeThere(error) || !trace.mayExist) throw error;
    // Refused because something lies there, or because the upload is over: our own success, whose reply was lost?
    const isOurs = await isThere(deps, trace, context.signal).catch((looking: unknown) => {
      // Where it may not be looked at, the first error says more.
      if (looking instanceof AppError && looking.kind === 'permission') return false;
      throw looking;
    });
    if (!isOurs) throw error;
  }
  context.signal.throwIfAborted();
  const uploaded = await inspect(deps, source, trace, context.signal);
  delete trace.uploadId;
  return uploaded;
}

function isSaidToBeThere(error: unknown): boolean {
  const status = error instanceof AppError ? statusOf(error) : undefined;
  return status === 412 || status === 409 || status === 404;
}

/**
 * Whether our object lies at the key; `trace` then knows its version.
 * @throws KeyTaken where somebody else's lies there.
 */
async function isThere(deps: DistributionsDeps, trace: UploadTrace, signal: AbortSignal): Promise<boolean> {
  try {
    const { head } = await lookAt(deps, trace, undefined, signal);
    if (head.Metadata?.[runMetadataKey] !== trace.runId) throw new KeyTaken(trace.key);
    trace.made = { versionId: head.VersionId };
    return true;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not-found') return false;
    throw error;
  }
}

async function putWhole(
  deps: DistributionsDeps,
  source: PackageObject,
  trace: UploadTrace,
  context: RunContext,
): Promise<void> {
  const body = await readWhole(source);
  const checksum = Buffer.from(source.sha256, 'hex').toString('base64');
  const command = new PutObjectCommand({
    Bucket: trace.bucket,
    Key: trace.key,
    Body: body,
    ContentLength: body.length,
    ContentType: source.contentType,
    ChecksumSHA256: checksum,
    Metadata: { ...source.metadata, [runMetadataKey]: trace.runId },
    IfNoneMatch: '*',
  });
  signWithKnownHash(command, checksum);
  const progress = createProgress(context, source.size);
  const sending = watchBody(command, (sent) => (source.silent ? undefined : progress(sent)));
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
  try {
    // Once all bytes are out the object may appear: then its answer is waited for, so that it can be removed.
    const answer = await sparing(context.signal, () => sending.complete(), deps.clock, send);
    if (answer.VersionId !== undefined) trace.made = { versionId: answer.VersionId };
  } catch (error) {
    context.signal.throwIfAborted();
    throw ofRefusedBytes(error, body, checksum);
  }
}

async function readWhole(source: PackageObject): Promise<Buffer> {
  const handle = await open(source.file);
  try {
    await expectSize(handle, source.size);
    const body = Buffer.allocUnsafeSlow(source.size);
    await readExactly(handle, 0, body);
    return body;
  } finally {
    await handle.close();
  }
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
  if (
    head.ContentLength !== source.size ||
    head.Metadata?.[runMetadataKey] !== trace.runId ||
    (head.ChecksumSHA256 !== undefined && head.ChecksumSHA256 !== checksumOf(source))
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

/** As S3 tells it: of several parts it keeps the checksum of their checksums, with their number. */
function checksumOf({ parts, sha256 }: PackageObject): string {
  if (parts.length <= 1) return Buffer.from(sha256, 'hex').toString('base64');
  const hash = createHash('sha256');
  for (const part of parts) hash.update(Buffer.from(part, 'base64'));
  return `${hash.digest('base64')}-${parts.length}`;
}
