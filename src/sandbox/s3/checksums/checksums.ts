import { createHash } from 'node:crypto';
import { combineCrcs, crcKinds, runningCrc32, runningCrc32c, runningCrc64Nvme } from './crc.ts';

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** `COMPOSITE` is the digest of the parts' digests, `FULL_OBJECT` that of the bytes themselves. */
export type ChecksumType = 'COMPOSITE' | 'FULL_OBJECT';

/** A checksum as S3 stores and answers it. */
export type Checksum = {
  algorithm: ChecksumAlgorithm;
  type: ChecksumType;
  /** Base64 of the big-endian digest; a composite one carries `-N`, the number of parts. */
  value: string;
};

/** What S3 computes by itself where the sender named no algorithm. */
export const defaultAlgorithm: ChecksumAlgorithm = 'CRC64NVME';

export type Hasher = { update(bytes: Uint8Array): void; digest(): Buffer };

const hashers: Record<ChecksumAlgorithm, () => Hasher> = {
  CRC32: runningCrc32,
  CRC32C: runningCrc32c,
  CRC64NVME: runningCrc64Nvme,
  SHA1: () => hashOf('sha1'),
  SHA256: () => hashOf('sha256'),
};

const digestLengths: Record<ChecksumAlgorithm, number> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** A running digest of one algorithm. */
export function createHasher(algorithm: ChecksumAlgorithm): Hasher {
  return hashers[algorithm]();
}

/** The header (or trailer, or query parameter) that carries the algorithm's value. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The XML element that carries the algorithm's value, `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** The algorithm of a name in any case. */
export function algorithmOf(name: string): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase());
}

/** Whether a value is base64 of a digest of the algorithm's length. */
export function isDigest(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === digestLengths[algorithm] && bytes.toString('base64') === value;
}

/** Digest of all bytes given at once, base64. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  const hasher = createHasher(algorithm);
  hasher.update(bytes);
  return hasher.digest().toString('base64');
}

/** What a multipart upload's checksum type is when its creator did not say. */
export function defaultType(algorithm: ChecksumAlgorithm): ChecksumType {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
}

/** Only CRCs can be joined to that of the whole; a CRC-64/NVME is never composite. */
export function allowsType(algorithm: ChecksumAlgorithm, type: ChecksumType): boolean {
  if (type === 'COMPOSITE') return algorithm !== 'CRC64NVME';
  return algorithm !== 'SHA1' && algorithm !== 'SHA256';
}

/** The checksum of a completed multipart upload from those of its parts, in order. */
export function checksumOfParts(
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly { checksum: string; size: number }[],
): Checksum {
  const digests = parts.map((part) => ({ crc: Buffer.from(part.checksum, 'base64'), size: part.size }));
  if (type === 'COMPOSITE') {
    const joined = checksumOf(algorithm, Buffer.concat(digests.map((digest) => digest.crc)));
    return { algorithm, type, value: `${joined}-${parts.length}` };
  }
  if (algorithm === 'SHA1' || algorithm === 'SHA256') throw new RangeError(`${algorithm} cannot be joined`);
  return { algorithm, type, value: combineCrcs(crcKinds[algorithm], digests).toString('base64') };
}

function hashOf(name: string): Hasher {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}
