import { xml } from '../../xml.ts';
import { expirationHeader } from '../answer/expiration.ts';
import type { ObjectCall, Operation } from '../call.ts';
import {
  algorithmOf,
  allowsType,
  type Checksum,
  type ChecksumType,
  checksumElement,
  checksumOfParts,
  defaultAlgorithm,
  defaultType,
} from '../checksums/checksums.ts';
import { failures } from '../failures.ts';
import { guardWrite } from '../request/conditions.ts';
import { parsePartNumber } from '../request/part-number.ts';
import { readDocument } from '../request/read-document.ts';
import { checksumHeaders, receivePayload } from '../request/receive.ts';
import { attributesOf, declaredChecksum, wholeChecksum } from '../request/upload-headers.ts';
import { addObject } from '../storage/storage.ts';
import type { Upload } from '../storage/types.ts';
import { newUploadId } from '../storage/version-id.ts';
import { keyElement, xmlResponse } from '../xml.ts';
import { etagOfParts, partsNamed } from './completion.ts';

/** CreateMultipartUpload. */
export const createMultipartUpload: Operation<ObjectCall> = async ({ storage, bucket, key, headers }) => {
  const now = storage.clock.now();
  const asked = headers['x-amz-checksum-algorithm'];
  const upload: Upload = {
    ...attributesOf(headers),
    id: newUploadId(now),
    bucket: bucket.name,
    key,
    initiated: now,
    checksum: checksumAsked(asked, headers['x-amz-checksum-type']),
    checksumAsked: asked !== undefined,
  };
  await storage.uploads.create(upload);
  return xmlResponse(
    'InitiateMultipartUploadResult',
    [xml('Bucket', bucket.name), keyElement('Key', key), xml('UploadId', upload.id)],
    {
      'x-amz-server-side-encryption': 'AES256',
      ...(upload.checksumAsked
        ? {
            'x-amz-checksum-algorithm': upload.checksum.algorithm,
            'x-amz-checksum-type': upload.checksum.type,
          }
        : {}),
    },
  );
};

function checksumAsked(name: string | undefined, type: string | undefined): Upload['checksum'] {
  if (name === undefined) {
    if (type !== undefined) {
      throw failures.invalidRequest(
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      );
    }
    return { algorithm: defaultAlgorithm, type: 'FULL_OBJECT' };
  }
  const algorithm = algorithmOf(name);
  if (!algorithm) {
    throw failures.invalidRequest(
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  if (type === undefined) return { algorithm, type: defaultType(algorithm) };
  const wanted = type.toUpperCase() as ChecksumType;
  if (wanted !== 'COMPOSITE' && wanted !== 'FULL_OBJECT') {
    throw failures.invalidRequest('Value for x-amz-checksum-type header is invalid.');
  }
  if (!allowsType(algorithm, wanted)) {
    throw failures.invalidRequest(
      `The ${wanted} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type: wanted };
}

/** UploadPart. */
export const uploadPart: Operation<ObjectCall> = async (call) => {
  const { storage, headers } = call;
  const upload = findUpload(call);
  const number = parsePartNumber(call.query.get('partNumber'));
  const declared = declaredChecksum(headers);
  const { algorithm } = upload.checksum;
  if (declared && upload.checksumAsked && declared.algorithm !== algorithm) {
    throw failures.invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${declared.algorithm.toLowerCase()}`,
    );
  }
  const { received, checksum } = await receivePayload(call, declared, algorithm);
  const { file, size, md5, digests } = received;
  const part = { number, file, size, etag: md5, modified: storage.clock.now(), checksum };
  await keepPart(call, upload, part);
  const answered = declared?.algorithm ?? (upload.checksumAsked ? algorithm : undefined);
  return {
    status: 200,
    headers: {
      etag: `"${md5}"`,
      'x-amz-server-side-encryption': 'AES256',
      ...(answered ? checksumHeaders(answered, digests[answered] ?? '') : {}),
    },
  };
};

/** Adds bytes just received to their upload; where it has ended meanwhile or the disk fails, they are removed again. */
export async function keepPart(
  { storage }: ObjectCall,
  upload: Upload,
  part: Parameters<typeof storage.uploads.addPart>[1],
): Promise<void> {
  let kept = false;
  try {
    kept = await storage.uploads.addPart(upload.id, part);
  } finally {
    if (!kept) await storage.blobs.remove([part.file]);
  }
  if (!kept) throw failures.noSuchUpload(upload.id);
}

/** CompleteMultipartUpload. */
export const completeMultipartUpload: Operation<ObjectCall> = async (call) => {
  const { storage, bucket, key, headers } = call;
  const upload = findUpload(call);
  const guard = guardWrite(headers, key);
  const document = await readDocument(call, 'CompleteMultipartUpload');
  const added = await storage.uploads.end(upload.id, async (uploaded) => {
    const parts = partsNamed(document, upload, uploaded);
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const { algorithm, type } = upload.checksum;
    const checksum = checksumOfParts(algorithm, type, parts);
    checkWhole(headers, checksum, size);
    const { headers: stored, metadata } = upload;
    const result = await addObject(
      storage,
      bucket,
      key,
      {
        headers: stored,
        metadata,
        size,
        etag: etagOfParts(parts),
        pieces: parts.map((part) => ({ file: part.file, size: part.size })),
        checksum,
        uploadId: upload.id,
      },
      guard,
    );
    return { claimed: new Set(parts.map((part) => part.file)), result };
  });
  if (!added) throw failures.noSuchUpload(upload.id);
  return xmlResponse(
    'CompleteMultipartUploadResult',
    [
      xml('Location', `http://${headers.host ?? ''}${call.request.rawPath}`),
      xml('Bucket', bucket.name),
      keyElement('Key', key),
      xml('ETag', `"${added.etag}"`),
      xml(checksumElement(added.checksum.algorithm), added.checksum.value),
      xml('ChecksumType', added.checksum.type),
    ],
    {
      ...expirationHeader(bucket, key, added),
      'x-amz-version-id': added.versionId,
      'x-amz-server-side-encryption': 'AES256',
    },
  );
};

/** What the completing client says of the whole must hold. */
function checkWhole(headers: ObjectCall['headers'], checksum: Checksum, size: number): void {
  const promised = headers['x-amz-mp-object-size'];
  if (promised !== undefined && promised !== String(size)) {
    throw failures.invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${promised} does not match what was computed: ${size}`,
    );
  }
  const type = headers['x-amz-checksum-type'];
  if (type !== undefined && type.toUpperCase() !== checksum.type) {
    throw failures.invalidRequest(
      `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const expected = wholeChecksum(headers);
  if (!expected) return;
  const { algorithm, value } = expected;
  // A composite value may come with or without its number of parts.
  if (
    algorithm !== checksum.algorithm ||
    (value !== checksum.value && value !== checksum.value.split('-')[0])
  ) {
    throw failures.badDigest(algorithm);
  }
}

/** AbortMultipartUpload. */
export const abortMultipartUpload: Operation<ObjectCall> = async (call) => {
  const upload = findUpload(call);
  const ended = await call.storage.uploads.end(upload.id, async () => ({ claimed: new Set(), result: true }));
  if (!ended) throw failures.noSuchUpload(upload.id);
  return { status: 204 };
};

/** The upload a request is about; ids of another key's uploads are unknown here. Throws NoSuchUpload. */
export function findUpload({ storage, bucket, key, query }: ObjectCall): Upload {
  const id = query.get('uploadId') ?? '';
  const upload = storage.uploads.find(id);
  if (!upload || upload.bucket !== bucket.name || upload.key !== key) throw failures.noSuchUpload(id);
  return upload;
}
