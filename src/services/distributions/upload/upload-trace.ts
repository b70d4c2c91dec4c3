import type { AppError } from '../../../domain/errors.ts';
import { sdkErrorFields } from '../../sdk-errors/fields.ts';

/** What a run may have left in the bucket; grows as requests go out, and is what a clean-up works on. */
export type UploadTrace = {
  region: string;
  bucket: string;
  key: string;
  /** In the object's metadata. */
  runId: string;
  /** A multipart upload under way. */
  uploadId?: string;
  /** The beginning of an upload may have been carried out without our learning its id. */
  mayHaveStrays: boolean;
  /** True from the moment a request went out that can make the object appear. */
  mayExist: boolean;
  /** The object is there, in this version (`undefined` in a bucket without versions). */
  made?: { versionId: string | undefined };
  /** The statement in the bucket's policy that is the run's; set before it is written. */
  policySid?: string;
  /** Requests not answered yet: the clean-up waits for them, or they would undo its work. */
  pending: Set<Promise<unknown>>;
};

export function createTrace(target: Pick<UploadTrace, 'region' | 'bucket' | 'key' | 'runId'>): UploadTrace {
  return { ...target, mayHaveStrays: false, mayExist: false, pending: new Set() };
}

/** Remembers a request until it is answered. */
export async function tracked<T>(trace: UploadTrace, request: Promise<T>): Promise<T> {
  trace.pending.add(request);
  try {
    return await request;
  } finally {
    trace.pending.delete(request);
  }
}

/** Metadata key that says which run made an object. */
export const runMetadataKey = 'ccwb-tui-run';

/** HTTP status of the answer behind an error of a call, where there was an answer. */
export function statusOf(error: AppError): number | undefined {
  return sdkErrorFields(error.cause).status;
}
