import { Buffer } from 'node:buffer';
import { constants, crc32, deflateRawSync } from 'node:zlib';

/** An entry as a hostile writer makes it: nothing is checked, everything may lie. */
export type ZipEntry = {
  name: string;
  bytes?: Buffer;
  /** Unix mode with its type bits; absent → a regular file 0644. */
  mode?: number;
  /** Uncompressed size told in the headers. */
  claimedSize?: number;
  /** Compressed size told in the headers. */
  claimedPacked?: number;
  /** Encrypted, by the flag. */
  encrypted?: boolean;
  method?: number;
  /** The compressed bytes, instead of what `bytes` pack to. */
  packed?: Buffer;
};

/** A zip with these entries; well-formed in all that they do not say otherwise. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const bytes = entry.bytes ?? Buffer.from('x');
    const name = Buffer.from(entry.name);
    const packed = entry.packed ?? deflateRawSync(bytes);
    const size = entry.claimedSize ?? bytes.length;
    const flags = 0x800 | (entry.encrypted ? 1 : 0);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(entry.method ?? 8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(entry.claimedPacked ?? packed.length, 14);
    // What has no room in 32 bits stands in the extra field, as ZIP64 has it.
    const isLarge = size > 0xffff_ffff;
    common.writeUInt32LE(isLarge ? 0xffff_ffff : size, 18);
    common.writeUInt16LE(name.length, 22);
    const extra = isLarge ? zip64Size(size) : Buffer.alloc(0);
    common.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name, extra, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, tail, name, extra]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), end]);
}

function zip64Size(size: number): Buffer {
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  return extra;
}

/** So many MiB of zeros as deflate packs them, without ever having been anywhere unpacked. */
export function packedZeros(mebibytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(1024 ** 2), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: mebibytes }, () => block), deflateRawSync(Buffer.alloc(0))]);
}
