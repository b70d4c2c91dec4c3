import { type FileHandle, open } from 'node:fs/promises';
import { type Catalogue, createCatalogue, type StreamFacts } from './catalogue.ts';
import {
  decodeEvent,
  decodeFileHead,
  encodeEvent,
  encodeFileHead,
  fileHeadBytes,
  pageBytes,
  recordHeadBytes,
} from './record.ts';
import { scanRecords } from './scan-records.ts';
import { createStreamWriter, type StreamWriter } from './stream-writer.ts';
import { type LogEvent, maxPageBytes, type StoredEvent } from './types.ts';

/** The events of one stream in an append-only file, found by number or time without reading it whole. */
export type StreamFile = {
  facts(): StreamFacts;
  append(events: readonly LogEvent[], ingestionTime: number): void | Promise<void>;
  /** Events from a sequence number on, ascending: a page of them, `limit` at most. */
  from(sequence: number, limit: number): Promise<StoredEvent[]>;
  /** The last events before a sequence number, ascending: a page of them, `limit` at most. */
  before(sequence: number, limit: number): Promise<StoredEvent[]>;
  /** Sequence number of the first event at or after a time; the count of events where there is none. */
  firstAt(timestamp: number): Promise<number>;
  /** Resolves once all is on disk, and frees the file. */
  settle(): Promise<void>;
};

/** A stream that has no file yet; it gets one soon. */
export function newStreamFile(path: string, createdAt: number): StreamFile {
  const writer = createStreamWriter(path, 0);
  // Nothing can wait this early; a failure shows again, and counts, with the first event.
  void writer.push([encodeFileHead(createdAt)]);
  return streamFile(path, createCatalogue(createdAt), writer);
}

/**
 * The stream kept in a file: read through once, for the index. A torn end, of a crash, is cut off.
 * @param now creation time of a stream whose crash left not even the head of its file.
 * @throws Error where it is no stream's file.
 */
export async function openStreamFile(path: string, now: number): Promise<StreamFile> {
  const handle = await open(path, 'r+');
  try {
    const { size } = await handle.stat();
    if (size < fileHeadBytes) return newStreamFile(path, now);
    const head = Buffer.alloc(fileHeadBytes);
    await handle.read(head, 0, fileHeadBytes, 0);
    const createdAt = decodeFileHead(head);
    if (createdAt === undefined) throw new Error(`${path} is not the file of a log stream.`);
    const catalogue = createCatalogue(createdAt);
    const end = await scanRecords(handle, { sequence: 0, offset: fileHeadBytes }, size, (record) => {
      catalogue.note(record.head.timestamp, record.head.ingestionTime, record.message.length);
      return true;
    });
    if (end < size) await handle.truncate(end);
    return streamFile(path, catalogue, createStreamWriter(path, end));
  } finally {
    await handle.close();
  }
}

function streamFile(path: string, catalogue: Catalogue, writer: StreamWriter): StreamFile {
  const { index } = catalogue;

  /** Runs with what is whole on disk, everything appended so far where the disk takes it. */
  const reading = async <T>(work: (handle: FileHandle, end: number) => Promise<T>): Promise<T> => {
    await writer.flush().catch(() => {});
    const handle = await open(path, 'r');
    try {
      return await work(handle, writer.written());
    } finally {
      await handle.close();
    }
  };

  return {
    facts: catalogue.facts,

    append(events, ingestionTime) {
      writer.checkRoom();
      const records: Buffer[] = [];
      for (const event of events) {
        const timestamp = Math.max(event.timestamp, catalogue.lastTimestamp());
        for (const record of encodeEvent({ timestamp, message: event.message }, ingestionTime)) {
          catalogue.note(record.timestamp, record.ingestionTime, record.bytes.length - recordHeadBytes);
          records.push(record.bytes);
        }
      }
      return writer.push(records);
    },

    async from(sequence, limit) {
      const block = index.atSequence(sequence);
      if (block === undefined || sequence >= catalogue.facts().count) return [];
      const events: StoredEvent[] = [];
      let room = maxPageBytes;
      await reading((handle, end) =>
        scanRecords(handle, block, end, (record) => {
          if (record.sequence < sequence) return true;
          room -= pageBytes(record.head);
          if (room < 0) return false;
          events.push(decodeEvent(record.head, record.message, record.sequence));
          return events.length < limit;
        }),
      );
      return events;
    },

    async before(sequence, limit) {
      const first = Math.max(sequence - limit, 0);
      const last = index.atSequence(sequence);
      const byCount = index.atSequence(first);
      // A page takes no more bytes of the file than it counts, so nothing before this block can be on it.
      const byBytes = index.atOffset((last?.offset ?? 0) - maxPageBytes);
      if (sequence <= 0 || byCount === undefined || byBytes === undefined) return [];
      const start = byCount.sequence > byBytes.sequence ? byCount : byBytes;
      const events: { event: StoredEvent; size: number }[] = [];
      await reading((handle, end) =>
        scanRecords(handle, start, end, (record) => {
          if (record.sequence >= sequence) return false;
          if (record.sequence >= first) {
            const event = decodeEvent(record.head, record.message, record.sequence);
            events.push({ event, size: pageBytes(record.head) });
          }
          return true;
        }),
      );
      let keepFrom = events.length;
      let room = maxPageBytes;
      while (keepFrom > 0 && room >= (events[keepFrom - 1]?.size ?? 0)) {
        keepFrom -= 1;
        room -= events[keepFrom]?.size ?? 0;
      }
      return events.slice(keepFrom).map(({ event }) => event);
    },

    async firstAt(timestamp) {
      const { count, span } = catalogue.facts();
      const block = index.beforeTime(timestamp);
      if (block === undefined || span === undefined || span.lastTimestamp < timestamp) return count;
      if (span.firstTimestamp >= timestamp) return 0;
      let found = count;
      await reading((handle, end) =>
        scanRecords(handle, block, end, (record) => {
          if (record.head.timestamp < timestamp) return true;
          found = record.sequence;
          return false;
        }),
      );
      return found;
    },

    settle: () => writer.close(),
  };
}
