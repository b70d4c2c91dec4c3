import { expirationHeader } from '../answer/expiration.ts';
import type { ObjectCall, Operation } from '../call.ts';
import { defaultAlgorithm } from '../checksums/checksums.ts';
import { guardWrite } from '../request/conditions.ts';
import { checksumHeaders, receivePayload } from '../request/receive.ts';
import { attributesOf, declaredChecksum } from '../request/upload-headers.ts';
import { addReceived } from '../storage/storage.ts';

/** PutObject. */
export const putObject: Operation<ObjectCall> = async (call) => {
  const { storage, bucket, key, headers } = call;
  const attributes = attributesOf(headers);
  const declared = declaredChecksum(headers);
  const algorithm = declared?.algorithm ?? defaultAlgorithm;
  const guard = guardWrite(headers, key);
  // Refused before the upload where that is already certain, and again when it counts.
  guard(bucket.versions(key)[0]);
  const { received, checksum } = await receivePayload(call, declared, algorithm);
  const added = await addReceived(storage, bucket, key, received, {
    ...attributes,
    checksum: { algorithm, type: 'FULL_OBJECT', value: checksum },
    guard,
  });
  return {
    status: 200,
    headers: {
      etag: `"${added.etag}"`,
      'x-amz-version-id': added.versionId,
      'x-amz-server-side-encryption': 'AES256',
      ...expirationHeader(bucket, key, added),
      'x-amz-checksum-type': 'FULL_OBJECT',
      ...checksumHeaders(algorithm, checksum),
    },
  };
};
