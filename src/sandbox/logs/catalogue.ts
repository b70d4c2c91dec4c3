import { type BlockIndex, createBlockIndex } from './block-index.ts';
import { fileHeadBytes, pageBytes, recordHeadBytes } from './record.ts';

/** What is known of a stream without reading it; times in epoch ms. */
export type StreamFacts = {
  createdAt: number;
  /** Events. */
  count: number;
  /** Counted as CloudWatch Logs does. */
  bytes: number;
  /** Absent while there is no event. */
  span?: { firstTimestamp: number; lastTimestamp: number; lastIngestionTime: number };
};

/** Keeps count of a stream's events as they are appended to its file, or found in it. */
export type Catalogue = {
  index: BlockIndex;
  facts(): StreamFacts;
  /** 0 while there is no event. */
  lastTimestamp(): number;
  /** The next event of the file. */
  note(timestamp: number, ingestionTime: number, messageBytes: number): void;
};

export function createCatalogue(createdAt: number): Catalogue {
  const index = createBlockIndex();
  let offset = fileHeadBytes;
  let count = 0;
  let bytes = 0;
  let firstTimestamp = 0;
  let lastTimestamp = 0;
  let lastIngestionTime = 0;
  return {
    index,
    facts: () => ({
      createdAt,
      count,
      bytes,
      ...(count > 0 ? { span: { firstTimestamp, lastTimestamp, lastIngestionTime } } : {}),
    }),
    lastTimestamp: () => lastTimestamp,
    note(timestamp, ingestionTime, messageBytes) {
      index.add({ sequence: count, offset, timestamp });
      if (count === 0) firstTimestamp = timestamp;
      lastTimestamp = timestamp;
      lastIngestionTime = ingestionTime;
      offset += recordHeadBytes + messageBytes;
      bytes += pageBytes({ messageBytes });
      count += 1;
    },
  };
}
