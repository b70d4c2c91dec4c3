import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ChecksumAlgorithm, createHasher } from '../checksums/checksums.ts';
import type { Piece } from './types.ts';

/** Bytes that arrived whole. */
export type Received = {
  file: string;
  size: number;
  /** Hex. */
  md5: string;
  /** Base64 digests of the algorithms asked for. */
  digests: Partial<Record<ChecksumAlgorithm, string>>;
};

export type ReceiveOptions = {
  algorithms: readonly ChecksumAlgorithm[];
  signal?: AbortSignal;
  /** Called with every size reached; throws to refuse more. */
  grown?: (size: number) => void;
  /** Called once all bytes are there and before they are kept; throws to refuse them. */
  verify?: (received: Received) => void;
};

/** Files of bytes with random names. Who refers to them is the business of the records, not of this. */
export type Blobs = {
  /** Streams bytes to disk; afterwards there is a whole file, or none and an error. */
  receive(source: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<Received>;
  /** Bytes `start` to `end` (inclusive) of the pieces laid end to end. Removals wait until the stream has closed. */
  read(pieces: readonly Piece[], start: number, end: number): Readable;
  remove(files: readonly string[]): Promise<void>;
  path(file: string): string;
  /** Removes half-received bytes and every file not in `kept`; for the start, before anything is received. */
  sweep(kept: ReadonlySet<string>): Promise<void>;
};

const chunkBytes = 256 * 1024;

export async function createBlobs(dir: string): Promise<Blobs> {
  const incoming = join(dir, 'incoming');
  const data = join(dir, 'data');
  for (const folder of [incoming, data]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = (file: string) => join(data, file);
  const pins = createPins((file) => rm(path(file), { force: true }));

  return {
    path,
    remove: pins.remove,

    receive: async (source, { algorithms, signal, grown, verify }) => {
      const file = randomBytes(16).toString('hex');
      const temporary = join(incoming, file);
      const md5 = createHash('md5');
      const hashers = algorithms.map((algorithm) => [algorithm, createHasher(algorithm)] as const);
      let size = 0;
      const digesting = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          size += chunk.length;
          grown?.(size);
          md5.update(chunk);
          for (const [, hasher] of hashers) hasher.update(chunk);
          yield chunk;
        }
      };
      const sink = createWriteStream(temporary, { flags: 'wx', mode: 0o600 });
      try {
        await pipeline(source, digesting, sink, signal ? { signal } : {});
        const digests: Received['digests'] = {};
        for (const [algorithm, hasher] of hashers) digests[algorithm] = hasher.digest().toString('base64');
        const received = { file, size, md5: md5.digest('hex'), digests };
        verify?.(received);
        await rename(temporary, path(file));
        return received;
      } catch (error) {
        // A file that is still being opened would come into being behind its removal.
        if (!sink.closed) await new Promise<void>((resolve) => sink.once('close', () => resolve()));
        await rm(temporary, { force: true });
        throw error;
      }
    },

    read: (pieces, start, end) => {
      const spans = spansOf(pieces, start, end);
      const [only] = spans;
      const open = (span: Span) =>
        createReadStream(path(span.file), { start: span.start, end: span.end, highWaterMark: chunkBytes });
      const stream =
        only && spans.length === 1 ? open(only) : Readable.from(joined(spans, open), { objectMode: false });
      const unpin = pins.pin(spans.map((span) => span.file));
      return stream.once('close', unpin);
    },

    sweep: async (kept) => {
      for (const file of await readdir(incoming)) await rm(join(incoming, file), { force: true });
      for (const file of await readdir(data)) if (!kept.has(file)) await rm(path(file), { force: true });
    },
  };
}

type Span = { file: string; start: number; end: number };

/** Where each piece is touched by the range; `end` is inclusive, so an empty range has `end < start`. */
function spansOf(pieces: readonly Piece[], start: number, end: number): Span[] {
  const spans: Span[] = [];
  let offset = 0;
  for (const { file, size } of pieces) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, size - 1);
    if (from <= to) spans.push({ file, start: from, end: to });
    offset += size;
  }
  return spans;
}

async function* joined(spans: readonly Span[], open: (span: Span) => Readable): AsyncGenerator<Buffer> {
  for (const span of spans) yield* open(span);
}

/** Keeps files that are being read from being removed under the reader. */
function createPins(unlink: (file: string) => Promise<void>) {
  const readers = new Map<string, number>();
  const doomed = new Set<string>();
  return {
    pin: (files: readonly string[]) => {
      for (const file of files) readers.set(file, (readers.get(file) ?? 0) + 1);
      return () => {
        for (const file of files) {
          const left = (readers.get(file) ?? 1) - 1;
          if (left > 0) readers.set(file, left);
          else {
            readers.delete(file);
            // The sweep at the next start takes what cannot be removed now.
            if (doomed.delete(file)) unlink(file).catch(() => undefined);
          }
        }
      };
    },
    remove: async (files: readonly string[]) => {
      for (const file of files) {
        if (readers.has(file)) doomed.add(file);
        else await unlink(file).catch(() => undefined);
      }
    },
  };
}
