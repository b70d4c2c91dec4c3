import * as v from 'valibot';
import { checksumAlgorithms } from '../checksums/checksums.ts';
import type { KeyRecord, Part, Upload } from './types.ts';

const text = v.record(v.string(), v.string());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const algorithm = v.picklist(checksumAlgorithms);
const checksumType = v.picklist(['COMPOSITE', 'FULL_OBJECT']);
const fileName = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

const deleteMarker = v.object({
  kind: v.literal('delete-marker'),
  versionId: v.string(),
  modified: v.number(),
});

const objectVersion = v.object({
  kind: v.literal('object'),
  versionId: v.string(),
  modified: v.number(),
  size: count,
  etag: v.string(),
  pieces: v.array(v.object({ file: fileName, size: count })),
  checksum: v.object({ algorithm, type: checksumType, value: v.string() }),
  headers: text,
  metadata: text,
  uploadId: v.exactOptional(v.string()),
});

/** What lies on disk of a key. */
export const keyRecordSchema: v.GenericSchema<unknown, KeyRecord> = v.object({
  key: v.string(),
  versions: v.pipe(v.array(v.variant('kind', [deleteMarker, objectVersion])), v.minLength(1)),
});

/** What lies on disk of a multipart upload under way. */
export const uploadSchema: v.GenericSchema<unknown, Upload> = v.object({
  id: v.string(),
  bucket: v.string(),
  key: v.string(),
  initiated: v.number(),
  checksum: v.object({ algorithm, type: checksumType }),
  checksumAsked: v.boolean(),
  headers: text,
  metadata: text,
});

/** What lies on disk of a part that arrived. */
export const partSchema: v.GenericSchema<unknown, Part> = v.object({
  number: count,
  file: fileName,
  size: count,
  etag: v.string(),
  modified: v.number(),
  checksum: v.string(),
});

export const bucketSchema = v.object({ name: v.string(), created: v.number() });
