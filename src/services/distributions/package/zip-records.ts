/**
 * The records of a zip file, by PKWARE's APPNOTE 6.3.10. All entries are made by Unix, carry their mode in the external
 * attributes, have UTF-8 names, and the same time, so that the same files give the same bytes on every machine.
 */

/** An entry as far as it is known; sizes and CRC of one that is written as a stream follow its data. */
export type ZipEntry = {
  /** With forward slashes. */
  name: string;
  /** Unix type and permission bits. */
  mode: number;
  method: 'stored' | 'deflated';
  /** The data descriptor behind the data tells CRC and sizes; the local header has none. */
  isStreamed: boolean;
  /** Sizes of this entry may not fit 32 bits. */
  isLarge: boolean;
  crc: number;
  compressedSize: number;
  size: number;
  /** Of its local header, from the beginning of the file. */
  offset: number;
};

const most16 = 0xffff;
const most32 = 0xffffffff;
/** 1 January 1980, midnight: the first moment a zip can hold. */
const date = 0x0021;
const time = 0;
const madeByUnix = 3 << 8;
const utf8Flag = 1 << 11;
const descriptorFlag = 1 << 3;
const zip64Version = 45;
const plainVersion = 20;
const zip64Id = 0x0001;

export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const isKnown = !entry.isStreamed;
  const sizes = [isKnown ? entry.size : 0, isKnown ? entry.compressedSize : 0];
  const extra = entry.isLarge ? zip64Extra(sizes) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(entry.isLarge ? zip64Version : plainVersion, 4);
  header.writeUInt16LE(flags(entry), 6);
  header.writeUInt16LE(methodOf(entry), 8);
  header.writeUInt16LE(time, 10);
  header.writeUInt16LE(date, 12);
  header.writeUInt32LE(isKnown ? entry.crc : 0, 14);
  header.writeUInt32LE(entry.isLarge ? most32 : (sizes[1] ?? 0), 18);
  header.writeUInt32LE(entry.isLarge ? most32 : (sizes[0] ?? 0), 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** Follows the data of a streamed entry. */
export function dataDescriptor({ crc, compressedSize, size, isLarge }: ZipEntry): Buffer {
  const record = Buffer.alloc(isLarge ? 24 : 16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(crc, 4);
  if (isLarge) {
    record.writeBigUInt64LE(BigInt(compressedSize), 8);
    record.writeBigUInt64LE(BigInt(size), 16);
  } else {
    record.writeUInt32LE(compressedSize, 8);
    record.writeUInt32LE(size, 12);
  }
  return record;
}

/** The entry in the directory at the end; what does not fit 32 bits stands in its zip64 field. */
export function centralHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const { size, compressedSize, offset } = entry;
  const isLarge = entry.isLarge || size >= most32 || compressedSize >= most32;
  const wide = [...(isLarge ? [size, compressedSize] : []), ...(offset >= most32 ? [offset] : [])];
  const extra = wide.length > 0 ? zip64Extra(wide) : Buffer.alloc(0);
  const version = wide.length > 0 ? zip64Version : plainVersion;
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(madeByUnix | version, 4);
  header.writeUInt16LE(version, 6);
  header.writeUInt16LE(flags(entry), 8);
  header.writeUInt16LE(methodOf(entry), 10);
  header.writeUInt16LE(time, 12);
  header.writeUInt16LE(date, 14);
  header.writeUInt32LE(entry.crc, 16);
  header.writeUInt32LE(isLarge ? most32 : compressedSize, 20);
  header.writeUInt32LE(isLarge ? most32 : size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE((entry.mode << 16) >>> 0, 38);
  header.writeUInt32LE(Math.min(offset, most32), 42);
  return Buffer.concat([header, name, extra]);
}

/** The end of the file, for a directory of `count` entries that has `size` bytes from `offset` on. */
export function endRecords(count: number, size: number, offset: number): Buffer {
  const isLarge = count >= most16 || size >= most32 || offset >= most32;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, most16), 8);
  end.writeUInt16LE(Math.min(count, most16), 10);
  end.writeUInt32LE(Math.min(size, most32), 12);
  end.writeUInt32LE(Math.min(offset, most32), 16);
  return isLarge ? Buffer.concat([zip64End(count, size, offset), end]) : end;
}

/** The zip64 end record and its locator. */
function zip64End(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(madeByUnix | zip64Version, 12);
  end.writeUInt16LE(zip64Version, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end, locator]);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(zip64Id, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => {
    extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  });
  return extra;
}

function flags({ isStreamed }: ZipEntry): number {
  return utf8Flag | (isStreamed ? descriptorFlag : 0);
}

function methodOf({ method }: ZipEntry): number {
  return method === 'deflated' ? 8 : 0;
}
