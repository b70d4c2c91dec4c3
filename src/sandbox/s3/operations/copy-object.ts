import type { Readable } from 'node:stream';
import { AwsFailure } from '../../http.ts';
import { xml } from '../../xml.ts';
import { expirationHeader } from '../answer/expiration.ts';
import type { Call, ObjectCall, Operation } from '../call.ts';
import { algorithmOf, type ChecksumAlgorithm, checksumElement } from '../checksums/checksums.ts';
import { failures } from '../failures.ts';
import { authorize } from '../policy/authorize.ts';
import { guardWrite, judgeRead } from '../request/conditions.ts';
import { findVersion } from '../request/find-version.ts';
import { parsePartNumber } from '../request/part-number.ts';
import { attributesOf } from '../request/upload-headers.ts';
import { addReceived } from '../storage/storage.ts';
import type { ObjectVersion } from '../storage/types.ts';
import { xmlResponse } from '../xml.ts';
import { isoTime } from './list-objects.ts';
import { findUpload, keepPart } from './multipart.ts';

/** The largest object one request copies. */
const maxCopyBytes = 5 * 1024 ** 3;

/** CopyObject: streamed, so that the copy is an object of its own with an entity tag of its own. */
export const copyObject: Operation<ObjectCall> = async (call) => {
  const { storage, bucket, key, headers } = call;
  const source = findSource(call);
  const { version } = source;
  const directive = headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw failures.invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive);
  }
  if (directive === 'COPY' && source.bucket === bucket.name && source.key === key && !source.pinned) {
    throw failures.invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  if (version.size > maxCopyBytes) throw failures.copyTooLarge(maxCopyBytes);
  const given = attributesOf(headers);
  const attributes =
    directive === 'REPLACE' ? given : { headers: version.headers, metadata: version.metadata };
  const guard = guardWrite(headers, key);
  const algorithm = algorithmOf(headers['x-amz-checksum-algorithm'] ?? '') ?? version.checksum.algorithm;
  const { received, checksum } = await copyBytes(call, source.read(0, version.size - 1), algorithm);
  const added = await addReceived(storage, bucket, key, received, {
    ...attributes,
    checksum: { algorithm, type: 'FULL_OBJECT', value: checksum },
    guard,
  });
  return xmlResponse(
    'CopyObjectResult',
    [
      xml('LastModified', isoTime(added.modified)),
      xml('ETag', `"${added.etag}"`),
      xml(checksumElement(algorithm), checksum),
      xml('ChecksumType', 'FULL_OBJECT'),
    ],
    {
      'x-amz-version-id': added.versionId,
      ...expirationHeader(bucket, key, added),
      'x-amz-copy-source-version-id': version.versionId,
      'x-amz-server-side-encryption': 'AES256',
    },
  );
};

/** UploadPartCopy. */
export const uploadPartCopy: Operation<ObjectCall> = async (call) => {
  const { storage, headers } = call;
  const upload = findUpload(call);
  const number = parsePartNumber(call.query.get('partNumber'));
  const source = findSource(call);
  const { start, end } = copyRange(headers['x-amz-copy-source-range'], source.version.size);
  if (end - start + 1 > maxCopyBytes) throw failures.copyTooLarge(maxCopyBytes);
  const { algorithm } = upload.checksum;
  const { received, checksum } = await copyBytes(call, source.read(start, end), algorithm);
  const modified = storage.clock.now();
  const { file, size, md5: etag } = received;
  await keepPart(call, upload, { number, file, size, etag, modified, checksum });
  return xmlResponse(
    'CopyPartResult',
    [
      xml('LastModified', isoTime(modified)),
      xml('ETag', `"${etag}"`),
      ...(upload.checksumAsked ? [xml(checksumElement(algorithm), checksum)] : []),
    ],
    { 'x-amz-copy-source-version-id': source.version.versionId, 'x-amz-server-side-encryption': 'AES256' },
  );
};

type Source = {
  bucket: string;
  key: string;
  /** A version was named: to bring an old one back is a change. */
  pinned: boolean;
  version: ObjectVersion;
  read(start: number, end: number): Readable;
};

/** The object that `x-amz-copy-source` means. Throws where it is not there or its conditions do not hold. */
function findSource(call: ObjectCall): Source {
  const { storage, headers, request } = call;
  const { bucket: name, key, versionId } = parseSource(headers['x-amz-copy-source'] ?? '');
  const bucket = storage.buckets.get(name);
  if (!bucket) throw failures.noSuchBucket(name);
  const action = versionId === null ? 's3:GetObject' : 's3:GetObjectVersion';
  authorize(call, { action, bucket, key, versionId });
  const version = findSourceVersion(() => findVersion(bucket, key, versionId, request.method));
  const verdict = judgeRead(headers, version, 'x-amz-copy-source-');
  if (verdict.kind !== 'go') {
    throw failures.preconditionFailed(verdict.kind === 'failed' ? verdict.condition : 'If-None-Match');
  }
  return {
    bucket: name,
    key,
    pinned: versionId !== null,
    version,
    read: (start, end) => storage.blobs.read(version.pieces, start, end),
  };
}

function findSourceVersion(find: () => ObjectVersion): ObjectVersion {
  try {
    return find();
  } catch (error) {
    if (error instanceof AwsFailure && error.code === 'MethodNotAllowed') {
      throw failures.invalidRequest(
        'The source of a copy request may not specifically refer to a delete marker by version id.',
      );
    }
    throw error;
  }
}

/** `/bucket/key?versionId=…`, percent-encoded; the leading slash may be absent. */
function parseSource(text: string): { bucket: string; key: string; versionId: string | null } {
  const [, path = '', versionId = null] = /^(.*?)(?:\?versionId=(.*))?$/s.exec(text) ?? [];
  const decoded = decode(path);
  const [, bucket, key] = /^\/?([^/]+)\/([\s\S]+)$/.exec(decoded ?? '') ?? [];
  if (bucket === undefined || key === undefined) {
    throw failures.invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      text,
    );
  }
  return { bucket, key, versionId };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function copyRange(header: string | undefined, size: number): { start: number; end: number } {
  if (header === undefined) return { start: 0, end: size - 1 };
  const match = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header);
  const start = Number(match?.[1] ?? Number.NaN);
  const end = Number(match?.[2] ?? Number.NaN);
  if (!(start <= end)) {
    throw failures.invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (end >= size) {
    throw failures.invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return { start, end };
}

async function copyBytes({ storage, request }: Call, bytes: Readable, algorithm: ChecksumAlgorithm) {
  const received = await storage.blobs.receive(bytes, { algorithms: [algorithm], signal: request.signal });
  return { received, checksum: received.digests[algorithm] ?? '' };
}
