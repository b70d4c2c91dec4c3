import type { Readable } from 'node:stream';
import { expirationHeader } from '../answer/expiration.ts';
import { encodeMetadata, encodeStored } from '../answer/metadata.ts';
import type { ObjectCall, Operation } from '../call.ts';
import { checksumHeader } from '../checksums/checksums.ts';
import { failures } from '../failures.ts';
import { currentRange, judgeRead } from '../request/conditions.ts';
import { findVersion } from '../request/find-version.ts';
import { parsePartNumber } from '../request/part-number.ts';
import { parseRange } from '../request/range.ts';
import { type ObjectVersion, storedHeaders } from '../storage/types.ts';

/** GetObject and HeadObject: the same answer, with and without the bytes. */
export const getObject: Operation<ObjectCall> = async (call) => {
  const { request, bucket, key, headers, query } = call;
  const version = findVersion(bucket, key, query.get('versionId'), request.method);
  const identity = {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modified).toUTCString(),
    'x-amz-version-id': version.versionId,
  };
  const verdict = judgeRead(headers, version);
  if (verdict.kind === 'failed') throw failures.preconditionFailed(verdict.condition);
  if (verdict.kind === 'not-modified') return { status: 304, headers: identity };

  const span = spanOf(version, currentRange(headers, version), query.get('partNumber'));
  const whole = span.end - span.start + 1 === version.size;
  return {
    status: span.partial ? 206 : 200,
    headers: {
      ...identity,
      ...objectHeaders(version, query),
      ...expirationHeader(bucket, key, version),
      'accept-ranges': 'bytes',
      'content-length': String(span.end - span.start + 1),
      ...(span.partial ? { 'content-range': `bytes ${span.start}-${span.end}/${version.size}` } : {}),
      ...(span.partsCount === undefined ? {} : { 'x-amz-mp-parts-count': String(span.partsCount) }),
      // A checksum speaks of the whole object; beside a part of it a client would take it for the part's.
      ...(whole && headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED'
        ? {
            [checksumHeader(version.checksum.algorithm)]: version.checksum.value,
            'x-amz-checksum-type': version.checksum.type,
          }
        : {}),
    },
    ...(request.method === 'HEAD' ? {} : { body: bytesOf(call, version, span) }),
  };
};

/** The bytes as a stream that ends with the connection, whether or not anybody came to read it. */
function bytesOf({ storage, request }: ObjectCall, version: ObjectVersion, span: Span): Readable {
  const stream = storage.blobs.read(version.pieces, span.start, span.end);
  const close = () => void stream.destroy();
  if (request.signal.aborted) close();
  else request.signal.addEventListener('abort', close, { once: true });
  return stream;
}

/** What the object was stored with, as a link may override it (`response-content-disposition` and the like). */
function objectHeaders(version: ObjectVersion, query: URLSearchParams): Record<string, string> {
  const answered: Record<string, string> = {
    'content-type': 'binary/octet-stream',
    'x-amz-server-side-encryption': 'AES256',
    ...encodeStored(version.headers),
    ...encodeMetadata(version.metadata),
  };
  for (const name of storedHeaders) {
    const override = query.get(`response-${name}`);
    if (override === null) continue;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(override)) {
      throw failures.invalidArgument(
        'Header value cannot be represented using ISO-8859-1.',
        `response-${name}`,
        override,
      );
    }
    answered[name] = override;
  }
  return answered;
}

type Span = { start: number; end: number; partial: boolean; partsCount?: number };

function spanOf(version: ObjectVersion, range: string | undefined, partNumber: string | null): Span {
  if (partNumber !== null) {
    if (range !== undefined) {
      throw failures.invalidRequest('Cannot specify both Range header and partNumber query parameter');
    }
    return partSpan(version, partNumber);
  }
  const answer = parseRange(range, version.size);
  switch (answer.kind) {
    case 'all':
      return { start: 0, end: version.size - 1, partial: false };
    case 'part':
      return { start: answer.start, end: answer.end, partial: true };
    case 'unsatisfiable':
      throw failures.invalidRange(range ?? '', version.size);
  }
}

/** The bytes of one uploaded part; an object that was put whole is its own only part. */
function partSpan({ pieces, size, uploadId }: ObjectVersion, text: string): Span {
  const number = parsePartNumber(text);
  const piece = pieces[number - 1];
  if (!piece) throw failures.invalidPartNumber(number, pieces.length);
  const start = pieces.slice(0, number - 1).reduce((sum, one) => sum + one.size, 0);
  const partsCount = uploadId === undefined ? {} : { partsCount: pieces.length };
  // An empty object has no range to name.
  return { start, end: start + piece.size - 1, partial: size > 0, ...partsCount };
}
