import type { Call } from '../call.ts';
import { type ChecksumAlgorithm, checksumHeader } from '../checksums/checksums.ts';
import { failures } from '../failures.ts';
import type { Received } from '../storage/blobs.ts';
import { type DeclaredChecksum, declaredLength, declaredMd5, trailingChecksum } from './upload-headers.ts';

/** The most one PUT or part may carry. */
const maxPutBytes = 5 * 1024 ** 3;

/**
 * Streams a request's payload to disk and checks it against everything the client said of it: length, Content-MD5,
 * checksum in a header or trailer. Gives the bytes and their digest by `algorithm`, or throws and keeps nothing.
 */
export async function receivePayload(
  { request, headers, storage }: Call,
  declared: DeclaredChecksum | undefined,
  algorithm: ChecksumAlgorithm,
): Promise<{ received: Received; checksum: string }> {
  const length = declaredLength(headers);
  if (length > maxPutBytes) throw failures.entityTooLarge(length, maxPutBytes);
  const md5 = declaredMd5(headers);
  const received = await storage.blobs.receive(request.body, {
    algorithms: [...new Set(declared ? [algorithm, declared.algorithm] : [algorithm])],
    signal: request.signal,
    grown: (size) => {
      if (size > length) throw failures.incompleteBody();
    },
    verify: ({ size, md5: actual, digests }) => {
      if (size !== length) throw failures.incompleteBody();
      if (md5 !== undefined && md5 !== actual) {
        throw failures.badDigest('Content-MD5', { ExpectedDigest: md5, CalculatedDigest: actual });
      }
      if (!declared) return;
      const expected = declared.value ?? trailingChecksum(request, declared.algorithm);
      if (digests[declared.algorithm] !== expected) throw failures.badDigest(declared.algorithm);
    },
  });
  return { received, checksum: received.digests[algorithm] ?? '' };
}

/** The header that answers a checksum, for those that were just received. */
export function checksumHeaders(algorithm: ChecksumAlgorithm, value: string): Record<string, string> {
  return { [checksumHeader(algorithm)]: value };
}
