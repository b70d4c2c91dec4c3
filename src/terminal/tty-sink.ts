import { closeSync, constants, openSync, readlinkSync, readSync, writeSync } from 'node:fs';

/** Takes bytes without ever blocking: answers how many were taken, 0 while the terminal does not read. */
export type TtySink = {
  write(bytes: Uint8Array): number;
  /** What the terminal has sent and nobody has read, empty where that is nothing; absent where it would block. */
  read?(): Buffer;
  close(): void;
};

/**
 * A descriptor of our own on the terminal behind `fd`. Its O_NONBLOCK is ours alone: set on the inherited one, it would
 * be the shell's too. Undefined where the terminal cannot be opened anew.
 */
export function openTtySink(fd: number): TtySink | undefined {
  for (const path of pathsOf(fd)) {
    try {
      return nonBlockingSink(openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY));
    } catch {
      // The next path.
    }
  }
  return undefined;
}

function pathsOf(fd: number): string[] {
  const paths: string[] = [];
  try {
    paths.push(readlinkSync(`/proc/self/fd/${fd}`));
  } catch {
    // Not Linux.
  }
  return [...paths.filter((path) => path.startsWith('/dev/')), '/dev/tty'];
}

function nonBlockingSink(own: number): TtySink {
  let isOpen = true;
  return {
    write(bytes) {
      try {
        return writeSync(own, bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
        throw error;
      }
    },
    read() {
      const bytes = Buffer.alloc(4_096);
      try {
        return bytes.subarray(0, readSync(own, bytes));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return Buffer.alloc(0);
        throw error;
      }
    },
    close() {
      if (isOpen) closeSync(own);
      isOpen = false;
    },
  };
}
