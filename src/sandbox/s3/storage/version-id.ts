import { randomBytes } from 'node:crypto';

/** A version id as S3 makes them: 32 opaque characters. */
export function newVersionId(): string {
  return randomBytes(24).toString('base64').replaceAll('+', '.').replaceAll('/', '_');
}

/** Whether a string could be one of our version ids; S3 answers 400, not 404, to one that could not. */
export function isVersionId(text: string): boolean {
  return /^[A-Za-z0-9._]{32}$/.test(text) || text === 'null';
}

/**
 * An id of a multipart upload; unreserved characters only, so that it may stand in a file name and a query. Ids of
 * later uploads are greater, which keeps S3's order of them and lets a listing go on behind one that has ended.
 */
export function newUploadId(now: number): string {
  return `${now.toString(36).padStart(9, '0')}.${randomBytes(48).toString('base64url')}`;
}
