/** First event of a block: where reading may begin. */
export type Block = { sequence: number; offset: number; timestamp: number };

/** A block is closed by whichever comes first, so that finding an event reads at most this much. */
const blockEvents = 256;
const blockBytes = 64 * 1024;

/**
 * A sparse index of a stream's file, kept in memory: about 4,000 entries for a million lines of the usual length.
 * Events are told to it in order, as they are appended or found in the file.
 */
export type BlockIndex = {
  add(event: Block): void;
  /** The block that holds the event, or the last one. Undefined while there is no event. */
  atSequence(sequence: number): Block | undefined;
  /** The last block that begins before the time, or the first one: the first event at or after it lies there or later. */
  beforeTime(timestamp: number): Block | undefined;
  /** The last block that begins at or before the offset, or the first one. */
  atOffset(offset: number): Block | undefined;
};

export function createBlockIndex(): BlockIndex {
  const blocks: Block[] = [];
  /** Last block for which the test holds; the test must hold for a beginning of the list only. */
  const lastWhere = (test: (block: Block) => boolean): Block | undefined => {
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = blocks[middle];
      if (block !== undefined && test(block)) low = middle + 1;
      else high = middle;
    }
    return blocks[Math.max(low - 1, 0)];
  };
  return {
    add(event) {
      const last = blocks.at(-1);
      const full =
        last === undefined ||
        event.sequence - last.sequence >= blockEvents ||
        event.offset - last.offset >= blockBytes;
      if (full) blocks.push(event);
    },
    atSequence: (sequence) => lastWhere((block) => block.sequence <= sequence),
    beforeTime: (timestamp) => lastWhere((block) => block.timestamp < timestamp),
    atOffset: (offset) => lastWhere((block) => block.offset <= offset),
  };
}
