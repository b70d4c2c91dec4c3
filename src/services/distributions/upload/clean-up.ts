import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '../../../domain/errors.ts';
import type { DistributionsDeps } from '../deps.ts';
import { versionsOfKey } from '../list-versions.ts';
import { runMetadataKey, type UploadTrace } from './upload-trace.ts';

type Aws = DistributionsDeps['aws'];

/**
 * Takes back what a run put into the bucket: its multipart uploads and the very version it made, and nothing else,
 * whatever another administrator put under the same key.
 * @throws AppError naming what could not be removed.
 */
export async function takeBack(aws: Aws, trace: UploadTrace, signal: AbortSignal): Promise<void> {
  // A request still on its way could make anew what is removed here.
  await settled([...trace.pending], signal);
  if (trace.uploadId !== undefined) await abortUpload(aws, trace, trace.uploadId, signal);
  if (trace.mayHaveStrays) await takeBackStrays(aws, trace, signal);
  if (trace.made) await deleteVersion(aws, trace, trace.made.versionId, signal);
  else if (trace.mayExist) await deleteOwnVersions(aws, trace, signal);
}

/** The same for a run that was killed, of which only the journal is left: what there is, is looked up. */
export async function takeBackKilled(aws: Aws, trace: UploadTrace, signal: AbortSignal): Promise<void> {
  const { uploadId } = trace;
  if (uploadId !== undefined) await abortUpload(aws, trace, uploadId, signal);
  try {
    await takeBackStrays(aws, trace, signal);
  } catch (error) {
    // Whoever may not list them has ended the one that is known.
    if (uploadId === undefined || !(error instanceof AppError) || error.kind !== 'permission') throw error;
  }
  await deleteOwnVersions(aws, trace, signal);
}

/** Ends the unfinished uploads under the run's key, one of which is ours without our knowing its id. */
export async function takeBackStrays(aws: Aws, trace: UploadTrace, signal: AbortSignal): Promise<void> {
  for (const uploadId of await uploadsOfKey(aws, trace, signal)) {
    await abortUpload(aws, trace, uploadId, signal);
  }
}

async function settled(pending: Promise<unknown>[], signal: AbortSignal): Promise<void> {
  if (pending.length === 0) return;
  const givenUp = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  await Promise.race([Promise.allSettled(pending), givenUp]);
}

async function abortUpload(
  aws: Aws,
  trace: UploadTrace,
  uploadId: string,
  signal: AbortSignal,
): Promise<void> {
  await ignoringMissing(
    aws.call(
      { doing: `Taking back the upload of ${trace.key}`, action: 's3:AbortMultipartUpload' },
      signal,
      async (abortSignal) =>
        (await aws.s3(trace.region)).send(
          new AbortMultipartUploadCommand({ Bucket: trace.bucket, Key: trace.key, UploadId: uploadId }),
          { abortSignal },
        ),
    ),
  );
}

async function deleteVersion(
  aws: Aws,
  trace: UploadTrace,
  versionId: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  await ignoringMissing(
    aws.call(
      {
        doing: `Removing ${trace.key} from ${trace.bucket}`,
        action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
      },
      signal,
      async (abortSignal) =>
        (await aws.s3(trace.region)).send(
          new DeleteObjectCommand({
            Bucket: trace.bucket,
            Key: trace.key,
            ...(versionId === undefined ? {} : { VersionId: versionId }),
          }),
          { abortSignal },
        ),
    ),
  );
}

/** Whether and as which version the object came to be is not known: its metadata tell whose it is. */
async function deleteOwnVersions(aws: Aws, trace: UploadTrace, signal: AbortSignal): Promise<void> {
  for (const candidate of await versionIds(aws, trace, signal)) {
    const head = await ignoringMissing(
      aws.call(
        { doing: `Looking at ${trace.key} in ${trace.bucket}`, action: 's3:GetObjectVersion' },
        signal,
        async (abortSignal) =>
          (await aws.s3(trace.region)).send(
            new HeadObjectCommand({
              Bucket: trace.bucket,
              Key: trace.key,
              ...(candidate === undefined ? {} : { VersionId: candidate }),
            }),
            { abortSignal },
          ),
      ),
    );
    if (head?.Metadata?.[runMetadataKey] !== trace.runId) continue;
    await deleteVersion(aws, trace, head.VersionId ?? candidate, signal);
  }
}

/** Version ids of the key; `undefined` stands for "what lies there now", where versions may not be listed. */
async function versionIds(
  aws: Aws,
  trace: UploadTrace,
  signal: AbortSignal,
): Promise<(string | undefined)[]> {
  try {
    const ids: (string | undefined)[] = [];
    for await (const { VersionId } of versionsOfKey(aws, trace, trace.key, signal)) {
      ids.push(VersionId === 'null' ? undefined : VersionId);
    }
    return ids;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'permission') return [undefined];
    throw error;
  }
}

async function uploadsOfKey(aws: Aws, trace: UploadTrace, signal: AbortSignal): Promise<string[]> {
  const page = await aws.call(
    { doing: `Listing unfinished uploads in ${trace.bucket}`, action: 's3:ListBucketMultipartUploads' },
    signal,
    async (abortSignal) =>
      (await aws.s3(trace.region)).send(
        new ListMultipartUploadsCommand({ Bucket: trace.bucket, Prefix: trace.key }),
        { abortSignal },
      ),
  );
  return (page.Uploads ?? []).flatMap(({ Key, UploadId }) =>
    Key === trace.key && UploadId ? [UploadId] : [],
  );
}

/** What is gone already is as good as removed. */
async function ignoringMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
