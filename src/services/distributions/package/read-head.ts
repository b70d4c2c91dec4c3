import { open } from 'node:fs/promises';
import { headBytes } from '../../../domain/binary-format.ts';

/** The first {@link headBytes} bytes of a file, or all of a smaller one. */
export async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(headBytes);
    let filled = 0;
    while (filled < head.length) {
      const { bytesRead } = await file.read(head, filled, head.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return head.subarray(0, filled);
  } finally {
    await file.close();
  }
}
