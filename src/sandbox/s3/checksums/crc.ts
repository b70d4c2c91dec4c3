import { crc32 as zlibCrc32 } from 'node:zlib';

/** A running CRC over bytes that come in any portions. */
export type RunningCrc = { update(bytes: Uint8Array): void; digest(): Buffer };

/** A reflected CRC with all bits set before and inverted after, as CRC-32, CRC-32C and CRC-64/NVME all are. */
export type CrcKind = { width: 32 | 64; polynomial: bigint };

export const crcKinds = {
  CRC32: { width: 32, polynomial: 0xedb88320n },
  CRC32C: { width: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64, polynomial: 0x9a6c9329ac4bc9b5n },
} as const satisfies Record<string, CrcKind>;

/** CRC-32 by zlib, the only one Node has built in. */
export function runningCrc32(): RunningCrc {
  let value = 0;
  return {
    update: (bytes) => {
      value = zlibCrc32(bytes, value);
    },
    digest: () => {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(value >>> 0);
      return out;
    },
  };
}

/** CRC-32C, eight bytes a step. */
export function runningCrc32c(): RunningCrc {
  const { low } = tablesOf(crcKinds.CRC32C);
  let crc = 0xffffffff;
  return {
    update: (bytes) => {
      let at = 0;
      for (; at + 8 <= bytes.length; at += 8) {
        const first = (crc ^ word(bytes, at)) >>> 0;
        const second = word(bytes, at + 4);
        crc = lookup(low, 7, first) ^ lookup(low, 3, second);
      }
      for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ entry(low, 0, crc ^ octet(bytes, at));
    },
    digest: () => {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(~crc >>> 0);
      return out;
    },
  };
}

/** CRC-64/NVME, eight bytes a step; kept in two halves because BigInt is far too slow for a payload. */
export function runningCrc64Nvme(): RunningCrc {
  const { low, high } = tablesOf(crcKinds.CRC64NVME);
  let lo = 0xffffffff;
  let hi = 0xffffffff;
  return {
    update: (bytes) => {
      let at = 0;
      for (; at + 8 <= bytes.length; at += 8) {
        const first = (lo ^ word(bytes, at)) >>> 0;
        const second = (hi ^ word(bytes, at + 4)) >>> 0;
        lo = lookup(low, 7, first) ^ lookup(low, 3, second);
        hi = lookup(high, 7, first) ^ lookup(high, 3, second);
      }
      for (; at < bytes.length; at += 1) {
        const index = lo ^ octet(bytes, at);
        lo = ((lo >>> 8) | (hi << 24)) ^ entry(low, 0, index);
        hi = (hi >>> 8) ^ entry(high, 0, index);
      }
    },
    digest: () => {
      const out = Buffer.alloc(8);
      out.writeUInt32BE(~hi >>> 0, 0);
      out.writeUInt32BE(~lo >>> 0, 4);
      return out;
    },
  };
}

/**
 * The CRC of several portions joined, from the CRC and length of each: what S3 answers as the full-object checksum
 * of a multipart upload without reading it again. CRC(A‖B) = CRC(A)·x^(8·|B|) mod P ⊕ CRC(B).
 */
export function combineCrcs(kind: CrcKind, portions: readonly { crc: Buffer; size: number }[]): Buffer {
  const shiftOf = new Map<number, bigint>();
  let joined = 0n;
  for (const { crc, size } of portions) {
    const shift = shiftOf.get(size) ?? powerOfX(kind, BigInt(size) * 8n);
    shiftOf.set(size, shift);
    joined = multiply(kind, shift, joined) ^ BigInt(`0x${crc.toString('hex')}`);
  }
  return Buffer.from(joined.toString(16).padStart(kind.width / 4, '0'), 'hex');
}

function octet(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}

function word(bytes: Uint8Array, at: number): number {
  return (
    octet(bytes, at) |
    (octet(bytes, at + 1) << 8) |
    (octet(bytes, at + 2) << 16) |
    (octet(bytes, at + 3) << 24)
  );
}

function entry(table: Uint32Array, slice: number, index: number): number {
  return table[slice * 256 + (index & 0xff)] as number;
}

/** Four bytes of a word through the slices `top` … `top - 3`. */
function lookup(table: Uint32Array, top: number, value: number): number {
  return (
    entry(table, top, value) ^
    entry(table, top - 1, value >>> 8) ^
    entry(table, top - 2, value >>> 16) ^
    entry(table, top - 3, value >>> 24)
  );
}

type Tables = { low: Uint32Array; high: Uint32Array };

const madeTables = new Map<CrcKind, Tables>();

/** Slice k, entry b: the CRC of byte b followed by k zero bytes. Made at first use. */
function tablesOf(kind: CrcKind): Tables {
  const made = madeTables.get(kind);
  if (made) return made;
  const tables: Tables = { low: new Uint32Array(8 * 256), high: new Uint32Array(8 * 256) };
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let slice = 0; slice < 8; slice += 1) {
      for (let bit = 0; bit < 8; bit += 1) value = timesX(kind, value);
      tables.low[slice * 256 + byte] = Number(value & 0xffffffffn);
      tables.high[slice * 256 + byte] = Number(value >> 32n);
    }
  }
  madeTables.set(kind, tables);
  return tables;
}

/** In reflected notation the highest bit is x⁰, and multiplying by x shifts right. */
function timesX(kind: CrcKind, value: bigint): bigint {
  return value & 1n ? (value >> 1n) ^ kind.polynomial : value >> 1n;
}

function multiply(kind: CrcKind, a: bigint, b: bigint): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = 1n << BigInt(kind.width - 1); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= factor;
    factor = timesX(kind, factor);
  }
  return product;
}

function powerOfX(kind: CrcKind, exponent: bigint): bigint {
  let result = 1n << BigInt(kind.width - 1);
  let square = 1n << BigInt(kind.width - 2);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(kind, result, square);
    square = multiply(kind, square, square);
  }
  return result;
}
