import { type Xml, xml } from '../../xml.ts';
import { rollUp } from '../answer/listing.ts';
import type { BucketCall, ObjectCall, Operation } from '../call.ts';
import { checksumElement } from '../checksums/checksums.ts';
import { failures } from '../failures.ts';
import { compareKeys } from '../storage/key-order.ts';
import type { Upload } from '../storage/types.ts';
import { keyElement, keyWriter, xmlResponse } from '../xml.ts';
import { commonPrefix, isoTime, limitOf, ownerOf } from './list-objects.ts';
import { findUpload } from './multipart.ts';

/** ListParts. */
export const listParts: Operation<ObjectCall> = async (call) => {
  const { storage, bucket, key, query } = call;
  const upload = findUpload(call);
  const limit = limitOf(query, 'max-parts');
  const marker = markerOf(query);
  const following = storage.uploads.parts(upload.id).filter((part) => part.number > marker);
  const page = following.slice(0, limit);
  const { algorithm, type } = upload.checksum;
  return xmlResponse('ListPartsResult', [
    xml('Bucket', bucket.name),
    keyElement('Key', key),
    xml('UploadId', upload.id),
    ownerOf(storage, 'Initiator'),
    ownerOf(storage),
    xml('StorageClass', 'STANDARD'),
    xml('PartNumberMarker', marker),
    xml('NextPartNumberMarker', page.at(-1)?.number ?? 0),
    xml('MaxParts', limit),
    xml('IsTruncated', limit > 0 && following.length > page.length),
    ...(upload.checksumAsked ? [xml('ChecksumAlgorithm', algorithm), xml('ChecksumType', type)] : []),
    ...page.map((part) =>
      xml('Part', [
        xml('PartNumber', part.number),
        xml('LastModified', isoTime(part.modified)),
        xml('ETag', `"${part.etag}"`),
        xml('Size', part.size),
        ...(upload.checksumAsked ? [xml(checksumElement(algorithm), part.checksum)] : []),
      ]),
    ),
  ]);
};

function markerOf(query: URLSearchParams): number {
  const text = query.get('part-number-marker') ?? '';
  if (text === '') return 0;
  if (!/^\d{1,9}$/.test(text)) {
    throw failures.invalidArgument(
      'Provided part-number-marker not an integer or within integer range',
      'part-number-marker',
      text,
    );
  }
  return Number(text);
}

/** ListMultipartUploads. */
export const listMultipartUploads: Operation<BucketCall> = async ({ storage, bucket, query }) => {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const limit = limitOf(query, 'max-uploads');
  const write = keyWriter(query.get('encoding-type'));
  const following = storage.uploads
    .list(bucket.name)
    .filter((upload) => upload.key.startsWith(prefix) && isBehind(upload, keyMarker, idMarker));
  const { rows, truncated } = pageOf(following, { prefix, delimiter, keyMarker, limit });
  const last = truncated ? rows.at(-1) : undefined;
  return xmlResponse('ListMultipartUploadsResult', [
    xml('Bucket', bucket.name),
    write('KeyMarker', keyMarker),
    xml('UploadIdMarker', idMarker),
    ...(last ? [write('NextKeyMarker', typeof last === 'string' ? last : last.key)] : []),
    ...(last ? [xml('NextUploadIdMarker', typeof last === 'string' ? '' : last.id)] : []),
    ...(delimiter === '' ? [] : [write('Delimiter', delimiter)]),
    write('Prefix', prefix),
    xml('EncodingType', query.get('encoding-type') ?? undefined),
    xml('MaxUploads', limit),
    xml('IsTruncated', truncated),
    ...rows.flatMap((row) => (typeof row === 'string' ? [] : [uploadElement(row)])),
    ...rows.flatMap((row) => (typeof row === 'string' ? [commonPrefix(row, write)] : [])),
  ]);

  function uploadElement(upload: Upload): Xml {
    return xml('Upload', [
      write('Key', upload.key),
      xml('UploadId', upload.id),
      ownerOf(storage, 'Initiator'),
      ownerOf(storage),
      xml('StorageClass', 'STANDARD'),
      xml('Initiated', isoTime(upload.initiated)),
      ...(upload.checksumAsked
        ? [xml('ChecksumAlgorithm', upload.checksum.algorithm), xml('ChecksumType', upload.checksum.type)]
        : []),
    ]);
  }
};

/** After the marker's key, or, where an upload is named too, after that upload of the same key. */
function isBehind(upload: Upload, keyMarker: string, idMarker: string): boolean {
  if (keyMarker === '') return true;
  const order = compareKeys(upload.key, keyMarker);
  return order > 0 || (order === 0 && idMarker !== '' && compareKeys(upload.id, idMarker) > 0);
}

type Rows = (Upload | string)[];

/** Uploads, and in place of those behind the delimiter their common prefixes (strings). */
function pageOf(
  uploads: readonly Upload[],
  asked: { prefix: string; delimiter: string; keyMarker: string; limit: number },
): { rows: Rows; truncated: boolean } {
  const rows: Rows = [];
  for (const upload of uploads) {
    const rolled = rollUp(upload.key, asked.prefix, asked.delimiter);
    if (rolled !== undefined && (rolled === asked.keyMarker || rolled === rows.at(-1))) continue;
    if (rows.length >= asked.limit) return { rows, truncated: asked.limit > 0 };
    rows.push(rolled ?? upload);
  }
  return { rows, truncated: false };
}
