import type { FileHandle } from 'node:fs/promises';
import { decodeRecordHead, maxMessageBytes, type RecordHead, recordHeadBytes } from './record.ts';

export type ScannedRecord = {
  sequence: number;
  offset: number;
  head: RecordHead;
  /** Valid during the visit only. */
  message: Buffer;
};

const chunkBytes = 256 * 1024;

/**
 * Walks the records of a stream's file from one of them up to the offset `end`, until the visitor returns false.
 * Answers where the last whole record that was visited ends: short of `end` where the rest is torn or no record.
 */
export async function scanRecords(
  handle: FileHandle,
  from: { sequence: number; offset: number },
  end: number,
  visit: (record: ScannedRecord) => boolean,
): Promise<number> {
  let buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(end - from.offset, recordHeadBytes)));
  /** Offset in the file of the buffer's first byte. */
  let base = from.offset;
  let filled = 0;
  let sequence = from.sequence;
  for (;;) {
    const room = Math.min(buffer.length - filled, end - base - filled);
    const bytesRead = room > 0 ? (await handle.read(buffer, filled, room, base + filled)).bytesRead : 0;
    filled += bytesRead;
    let at = 0;
    let needed = recordHeadBytes;
    while (filled - at >= recordHeadBytes) {
      const head = decodeRecordHead(buffer, at);
      if (head.messageBytes > maxMessageBytes) return base + at;
      needed = recordHeadBytes + head.messageBytes;
      if (filled - at < needed) break;
      const message = buffer.subarray(at + recordHeadBytes, at + needed);
      const goOn = visit({ sequence, offset: base + at, head, message });
      at += needed;
      sequence += 1;
      needed = recordHeadBytes;
      if (!goOn) return base + at;
    }
    if (bytesRead === 0) return base + at;
    if (needed > buffer.length) {
      const larger = Buffer.allocUnsafe(needed);
      buffer.copy(larger, 0, at, filled);
      buffer = larger;
    } else {
      buffer.copyWithin(0, at, filled);
    }
    base += at;
    filled -= at;
  }
}
