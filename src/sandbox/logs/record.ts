import type { LogEvent, StoredEvent } from './types.ts';
import { eventOverhead, maxPageBytes } from './types.ts';

/**
 * The file of a stream: a head (magic, creation time), then one record an event:
 * bytes of the message u32 · timestamp u48 · ingestion time u48 · message in UTF-8. Big-endian, times in ms.
 */
const magic = Buffer.from('ccwblog1', 'latin1');

export const fileHeadBytes = magic.length + 8;
export const recordHeadBytes = 16;

/** Longest message; longer ones are split, so that every event fits a page. */
export const maxMessageBytes = maxPageBytes - eventOverhead;

const maxTime = 2 ** 48 - 1;

export function encodeFileHead(createdAt: number): Buffer {
  const head = Buffer.alloc(fileHeadBytes);
  magic.copy(head);
  head.writeUIntBE(clampTime(createdAt), magic.length, 6);
  return head;
}

/** Creation time, or undefined where the bytes are no head of a stream's file. */
export function decodeFileHead(bytes: Buffer): number | undefined {
  if (bytes.length < fileHeadBytes || !bytes.subarray(0, magic.length).equals(magic)) return undefined;
  return bytes.readUIntBE(magic.length, 6);
}

export type EncodedEvent = { timestamp: number; ingestionTime: number; bytes: Buffer };

/** Records of an event: one, or several where its message is longer than an event may be. */
export function encodeEvent(event: LogEvent, ingestionTime: number): EncodedEvent[] {
  const timestamp = clampTime(event.timestamp);
  const ingested = clampTime(ingestionTime);
  return splitMessage(Buffer.from(event.message, 'utf8')).map((message) => {
    const bytes = Buffer.allocUnsafe(recordHeadBytes + message.length);
    bytes.writeUInt32BE(message.length, 0);
    bytes.writeUIntBE(timestamp, 4, 6);
    bytes.writeUIntBE(ingested, 10, 6);
    message.copy(bytes, recordHeadBytes);
    return { timestamp, ingestionTime: ingested, bytes };
  });
}

export type RecordHead = { messageBytes: number; timestamp: number; ingestionTime: number };

export function decodeRecordHead(bytes: Buffer, offset: number): RecordHead {
  return {
    messageBytes: bytes.readUInt32BE(offset),
    timestamp: bytes.readUIntBE(offset + 4, 6),
    ingestionTime: bytes.readUIntBE(offset + 10, 6),
  };
}

/** What an event counts for in a page. */
export function pageBytes(head: Pick<RecordHead, 'messageBytes'>): number {
  return head.messageBytes + eventOverhead;
}

export function decodeEvent(head: RecordHead, message: Buffer, sequence: number): StoredEvent {
  return {
    sequence,
    timestamp: head.timestamp,
    ingestionTime: head.ingestionTime,
    message: message.toString('utf8'),
  };
}

function splitMessage(message: Buffer): Buffer[] {
  if (message.length <= maxMessageBytes) return [message];
  const parts: Buffer[] = [];
  let start = 0;
  while (message.length - start > maxMessageBytes) {
    let end = start + maxMessageBytes;
    // Back to the start of a character: continuation bytes are 10xxxxxx.
    while (((message[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    parts.push(message.subarray(start, end));
    start = end;
  }
  parts.push(message.subarray(start));
  return parts;
}

function clampTime(time: number): number {
  return Math.min(Math.max(Math.trunc(time), 0), maxTime);
}
