import type { Checksum } from '../checksums/checksums.ts';

/** A run of an object's bytes, a file of its own: a multipart object is its parts, never copied together. */
export type Piece = { file: string; size: number };

/** What a writer says about an object beside its bytes. */
export type Attributes = {
  /** Those of {@link storedHeaders} that were given, lower-case names. */
  headers: Record<string, string>;
  /** `x-amz-meta-*` without the prefix, lower-case names. */
  metadata: Record<string, string>;
};

/** Headers S3 keeps with an object and answers with it. */
export const storedHeaders = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;

export type ObjectVersion = Attributes & {
  kind: 'object';
  versionId: string;
  /** Epoch milliseconds. */
  modified: number;
  size: number;
  /** Without its quotes. */
  etag: string;
  pieces: Piece[];
  checksum: Checksum;
  /** The multipart upload it was completed from; its pieces are the parts. */
  uploadId?: string;
};

export type DeleteMarker = { kind: 'delete-marker'; versionId: string; modified: number };

export type Version = ObjectVersion | DeleteMarker;

/** A key and all its versions, newest first; there is at least one. */
export type KeyRecord = { key: string; versions: readonly Version[] };

export type Part = {
  number: number;
  file: string;
  size: number;
  /** Hex MD5, without quotes. */
  etag: string;
  modified: number;
  /** Base64 digest by the upload's algorithm. */
  checksum: string;
};

export type Upload = Attributes & {
  id: string;
  bucket: string;
  key: string;
  /** Epoch milliseconds. */
  initiated: number;
  checksum: Pick<Checksum, 'algorithm' | 'type'>;
  /** Whether the creator named the algorithm; else S3 keeps it to itself until the end. */
  checksumAsked: boolean;
};
