import { crc32, deflateSync } from 'node:zlib';
import { isDark, type QrCode, quietZone } from '../domain/qr-picture.ts';

/** Pixels of a module's side: a phone reads the code from a screen or from paper. */
const pixels = 10;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A QR code with its quiet zone as a PNG: grey of one bit a pixel, black on white (PNG specification, 11.2.2). */
export function codePng(code: QrCode): Buffer {
  const side = (code.size + 2 * quietZone) * pixels;
  const bytes = Math.ceil(side / 8);
  // Each row begins with the number of its filter: 0, none.
  const rows = Buffer.alloc(side * (1 + bytes));
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (isDark(code, moduleAt(x), moduleAt(y))) continue;
      const at = y * (1 + bytes) + 1 + (x >> 3);
      rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const moduleAt = (pixel: number) => Math.floor(pixel / pixels) - quietZone;

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}
