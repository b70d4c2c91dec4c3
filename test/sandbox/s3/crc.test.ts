import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChecksumAlgorithm,
  checksumOf,
  checksumOfParts,
  createHasher,
  isDigest,
} from '../../../src/sandbox/s3/checksums/checksums.ts';

const joinable = ['CRC32', 'CRC32C', 'CRC64NVME'] as const satisfies readonly ChecksumAlgorithm[];
const hex = (algorithm: ChecksumAlgorithm, text: string) =>
  Buffer.from(checksumOf(algorithm, Buffer.from(text)), 'base64').toString('hex');

describe('checksums', () => {
  // The check values of the catalogue of parametrised CRC algorithms.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
  ] as const)('%s of 123456789 is %s', (algorithm, expected) => {
    expect(hex(algorithm, '123456789')).toBe(expected);
  });

  it('agrees with zlib', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(hexOf(checksumOf('CRC32', bytes))).toBe(crc32(bytes).toString(16).padStart(8, '0'));
      }),
    );
  });

  it.each(joinable)('%s does not depend on how the bytes are cut', (algorithm) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (portions) => {
        const hasher = createHasher(algorithm);
        for (const portion of portions) hasher.update(portion);
        expect(hasher.digest().toString('base64')).toBe(checksumOf(algorithm, Buffer.concat(portions)));
      }),
    );
  });

  it.each(joinable)('%s of a whole follows from those of its parts', (algorithm) => {
    const part = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (portions) => {
        const parts = portions.map((bytes) => ({
          checksum: checksumOf(algorithm, bytes),
          size: bytes.length,
        }));
        const whole = checksumOf(algorithm, Buffer.concat(portions));
        expect(checksumOfParts(algorithm, 'FULL_OBJECT', parts).value).toBe(whole);
      }),
    );
  });

  it('tells digests from what is none', () => {
    expect(isDigest('CRC32', 'AAAAAA==')).toBe(true);
    for (const wrong of ['', 'AAAA', 'AAAAAA', 'AAAAAA=', '!!!!!!==', 'AAAAAAA=', 'AAAAAB==']) {
      expect(isDigest('CRC32', wrong)).toBe(false);
    }
  });
});

function hexOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
