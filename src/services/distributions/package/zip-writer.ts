import { crc32 } from 'node:zlib';
import { blockBytes, deflateBlock, lengthOf, windowBytes } from './deflate-blocks.ts';
import { readSource } from './read-source.ts';
import type { StagedFile } from './staged-file.ts';
import { centralHeader, dataDescriptor, endRecords, localHeader, type ZipEntry } from './zip-records.ts';

/** Blocks being compressed or waiting to be written; libuv has four threads. */
const inFlight = 4;

/** From here on the sizes of an entry, compressed the worst way, may not fit 32 bits. */
const largeBytes = 0xffff_0000;

export type ZipSink = {
  /** Writes all pieces in order; they may be used again once it resolves. */
  write(pieces: readonly Uint8Array[]): Promise<void>;
  /** Told of the bytes of the files that were read. */
  onRead(bytes: number): void;
  signal: AbortSignal;
};

/**
 * Writes files as a zip, in the order given and under `root`, in bounded memory: blocks of a file are compressed on
 * several threads and written in order. A file of one block stands there with its sizes known, stored where that is
 * no larger; a longer one is followed by a data descriptor. The bytes depend on nothing but the files and zlib: another
 * Node may bring another zlib, which may compress another way.
 */
export async function writeZip(files: readonly StagedFile[], root: string, sink: ZipSink): Promise<void> {
  const buffers = createBuffers();
  const entries: ZipEntry[] = [];
  let offset = 0;
  const write = async (pieces: readonly Uint8Array[]): Promise<void> => {
    sink.signal.throwIfAborted();
    await sink.write(pieces);
    offset += lengthOf(pieces);
  };
  for (const file of files) {
    const begun: ZipEntry = {
      name: `${root}/${file.path}`,
      mode: 0o100000 | file.mode,
      method: 'deflated',
      isStreamed: file.size > blockBytes,
      isLarge: file.size >= largeBytes,
      crc: 0,
      compressedSize: 0,
      size: file.size,
      offset,
    };
    entries.push(await (begun.isStreamed ? writeStreamed : writeKnown)(file, begun, buffers, write, sink));
  }
  const begin = offset;
  for (const entry of entries) await write([centralHeader(entry)]);
  await write([endRecords(entries.length, offset - begin, begin)]);
}

type Write = (pieces: readonly Uint8Array[]) => Promise<void>;
/** Hands out the buffers in turn; each holds a block and, before it, what the block may refer to. */
type Buffers = () => Uint8Array;

/** One more than are in flight: that which is being read into. */
function createBuffers(): Buffers {
  const all = Array.from({ length: inFlight + 1 }, () => Buffer.allocUnsafeSlow(windowBytes + blockBytes));
  let turn = 0;
  return () => {
    turn = (turn + 1) % all.length;
    return all[turn] as Uint8Array;
  };
}

const nothing = new Uint8Array(0);

async function writeKnown(
  file: StagedFile,
  begun: ZipEntry,
  buffers: Buffers,
  write: Write,
  sink: ZipSink,
): Promise<ZipEntry> {
  let entry = begun;
  for await (const { block } of readSource(file, blockBytes, buffers)) {
    const deflated = await deflateBlock(block, nothing, true);
    const isSmaller = lengthOf(deflated) < block.length;
    const data = isSmaller ? deflated : [block];
    entry = {
      ...begun,
      method: isSmaller ? 'deflated' : 'stored',
      crc: crc32(block),
      compressedSize: lengthOf(data),
    };
    await write([localHeader(entry), ...data]);
    sink.onRead(block.length);
  }
  return entry;
}

async function writeStreamed(
  file: StagedFile,
  begun: ZipEntry,
  buffers: Buffers,
  write: Write,
  sink: ZipSink,
): Promise<ZipEntry> {
  await write([localHeader(begun)]);
  const queue: Promise<Uint8Array[]>[] = [];
  let crc = 0;
  let compressedSize = 0;
  let former: Uint8Array = nothing;
  let buffer: Uint8Array = nothing;
  const next = () => {
    buffer = buffers();
    return buffer.subarray(windowBytes);
  };
  const writeFirst = async (): Promise<void> => {
    const pieces = (await queue[0]) ?? [];
    await write(pieces);
    queue.shift();
    compressedSize += lengthOf(pieces);
  };
  try {
    for await (const { block, isLast } of readSource(file, blockBytes, next)) {
      crc = crc32(block, crc);
      // Copied: where it was read to may be read into again before this block's turn is over.
      const before = buffer.subarray(windowBytes - former.length, windowBytes);
      before.set(former);
      former = block.subarray(Math.max(0, block.length - windowBytes));
      const deflating = deflateBlock(block, before, isLast);
      // Heard in its turn, or not any more.
      deflating.catch(() => {});
      queue.push(deflating);
      sink.onRead(block.length);
      while (queue.length >= inFlight) await writeFirst();
    }
    while (queue.length > 0) await writeFirst();
  } finally {
    // Nobody else may have the buffers before they are done with.
    await Promise.allSettled(queue);
  }
  const entry = { ...begun, crc, compressedSize };
  await write([dataDescriptor(entry)]);
  return entry;
}
