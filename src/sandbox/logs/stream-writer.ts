import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that may wait for the disk before writers are asked to wait as well. */
const highWater = 1024 ** 2;

/** Appends to one file from memory, one write at a time: what comes meanwhile goes out together in the next. */
export type StreamWriter = {
  /** Throws the failure of the last write where so much waits already that no more is taken. */
  checkRoom(): void;
  /** Queues bytes. A promise resolves when all of it is written; it is given where too much waits. */
  push(bytes: readonly Buffer[]): void | Promise<void>;
  /** Resolves when everything queued is written; rejects where it could not be. */
  flush(): Promise<void>;
  /** As {@link flush}, then frees the file; a later push opens it anew. */
  close(): Promise<void>;
  /** Bytes of the file that are whole on disk. */
  written(): number;
};

/**
 * A failed write keeps its bytes and is tried again with the next push or flush.
 * @param offset where the next byte goes; 0 for a file to be made, with its folder.
 */
export function createStreamWriter(path: string, offset: number): StreamWriter {
  let written = offset;
  let handle: FileHandle | undefined;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let writing: Promise<void> | undefined;
  let failure: unknown;

  const openFile = async (): Promise<FileHandle> => {
    if (written > 0) return open(path, 'r+');
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, 'w', 0o600);
  };

  const drain = async (): Promise<void> => {
    handle ??= await openFile();
    while (pending.length > 0) {
      const batch = Buffer.concat(pending);
      pending = [batch];
      let done = 0;
      while (done < batch.length) {
        const { bytesWritten } = await handle.write(batch, done, batch.length - done, written + done);
        done += bytesWritten;
      }
      written += batch.length;
      // What was pushed during the write stands behind the batch.
      pending = pending.slice(1);
      pendingBytes -= batch.length;
    }
  };

  const start = (): void => {
    writing ??= drain()
      .then(
        () => {
          failure = undefined;
        },
        (error: unknown) => {
          failure = error;
        },
      )
      .finally(() => {
        writing = undefined;
        if (pending.length > 0 && failure === undefined) start();
      });
  };

  const flush = async (): Promise<void> => {
    if (pending.length > 0) start();
    while (writing !== undefined) await writing;
    if (failure !== undefined) throw failure;
  };

  return {
    checkRoom() {
      if (failure !== undefined && pendingBytes > highWater) throw failure;
    },
    push(bytes) {
      pending.push(...bytes);
      for (const part of bytes) pendingBytes += part.length;
      start();
      if (pendingBytes > highWater) return flush();
    },
    flush,
    async close() {
      try {
        await flush();
      } finally {
        const open = handle;
        handle = undefined;
        await open?.close();
      }
    },
    written: () => written,
  };
}
