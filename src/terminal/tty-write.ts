import type { TtySink } from './tty-sink.ts';

/** Pause between two tries while the terminal does not read, in milliseconds. */
const pauseMs = 5;

/** Writes before returning, waiting at most `patienceMs` in all for a terminal that does not read. */
export function writeNow(sink: TtySink, text: string, patienceMs: number): void {
  let bytes: Uint8Array = Buffer.from(text);
  const gate = new Int32Array(new SharedArrayBuffer(4));
  try {
    for (let waited = 0; bytes.length > 0 && waited < patienceMs; ) {
      const taken = sink.write(bytes);
      bytes = bytes.subarray(taken);
      if (taken > 0) continue;
      Atomics.wait(gate, 0, 0, pauseMs);
      waited += pauseMs;
    }
  } catch {
    // The terminal is gone; there is nothing to restore.
  }
}

/** Reads what comes, waiting at most `patienceMs` in all, as long as `isWanted`. */
export function readNow(
  sink: TtySink,
  take: (bytes: Buffer) => void,
  isWanted: () => boolean,
  patienceMs: number,
): void {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  try {
    for (let waited = 0; sink.read && isWanted() && waited < patienceMs; ) {
      const bytes = sink.read();
      take(bytes);
      if (bytes.length > 0) continue;
      Atomics.wait(gate, 0, 0, pauseMs);
      waited += pauseMs;
    }
  } catch {
    // The terminal is gone, and its answers with it.
  }
}

/** Writes a text of any length without holding up the program; gives up when `signal` is aborted or the terminal gone. */
export async function writeAll(sink: TtySink, text: string, signal: AbortSignal): Promise<void> {
  let bytes: Uint8Array = Buffer.from(text);
  try {
    while (bytes.length > 0 && !signal.aborted) {
      const taken = sink.write(bytes);
      bytes = bytes.subarray(taken);
      if (taken === 0) await pause(pauseMs);
    }
  } catch {
    // As above.
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
