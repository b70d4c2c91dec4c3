import { PassThrough } from 'node:stream';

export type RawInput = {
  setRawMode(on: boolean): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
};

export type KeySource = {
  /** What Ink reads; its raw mode is ours to set, whatever it asks for. */
  readonly keys: NodeJS.ReadableStream;
  start(): void;
  stop(): void;
  /** Takes keys for itself until the returned function is called; Ink sees none of them. */
  intercept(listener: (chunk: Buffer) => void): () => void;
};

/** Keys from the terminal, in raw mode between `start` and `stop`. */
export function createKeySource(stdin: RawInput): KeySource {
  const keys = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => keys,
    ref: () => keys,
    unref: () => keys,
  });
  let interceptor: ((chunk: Buffer) => void) | undefined;
  const onData = (chunk: Buffer) => {
    if (interceptor) interceptor(chunk);
    else keys.write(chunk);
  };
  let isStarted = false;
  return {
    keys,
    start() {
      if (isStarted) return;
      isStarted = true;
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
    intercept(listener) {
      interceptor = listener;
      return () => {
        interceptor = undefined;
      };
    },
  };
}
