import { PassThrough } from 'node:stream';

export type RawInput = {
  setRawMode(on: boolean): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
};

export type KeySource = {
  /** What Ink reads; its raw mode is ours to set, whatever it asks for. */
  readonly keys: NodeJS.ReadableStream;
  start(): void;
  /** Back to the modes the shell had; what is waited for may still come after another `start`. */
  stop(): void;
  /** The next bytes typed; Ink sees none of them. */
  nextChunk(): Promise<Buffer>;
  /** Hands Ink what was typed elsewhere. */
  type(text: string): void;
};

/**
 * Keys from the terminal, in raw mode between `start` and `stop`.
 * @param onLost called when the terminal hung up
 */
export function createKeySource(stdin: RawInput, onLost: (error: unknown) => void): KeySource {
  const keys = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => keys,
    ref: () => keys,
    unref: () => keys,
  });
  let waiting: ((chunk: Buffer) => void) | undefined;
  let isStarted = false;
  let isWatched = false;
  const onData = (chunk: Buffer) => {
    if (!waiting) {
      keys.write(chunk);
      return;
    }
    const resolve = waiting;
    waiting = undefined;
    resolve(chunk);
  };
  const watch = () => {
    if (isWatched) return;
    isWatched = true;
    stdin.on('error', onLost);
    stdin.on('end', () => onLost(new Error('The terminal hung up.')));
  };
  return {
    keys,
    start() {
      if (isStarted) return;
      isStarted = true;
      watch();
      stdin.setRawMode(true);
      stdin.on('data', onData);
      stdin.resume();
    },
    stop() {
      if (!isStarted) return;
      isStarted = false;
      stdin.off('data', onData);
      stdin.pause();
      stdin.setRawMode(false);
    },
    nextChunk: () =>
      new Promise((resolve) => {
        waiting = resolve;
      }),
    type: (text) => void keys.write(text),
  };
}
