import { Writable } from 'node:stream';
import type { Size } from './screen.ts';

/** Sequences that Ink writes besides its frames (cursor, paste mode, synchronized output): the device has its own. */
const onlyModes = /^(?:\x1b\[[?>]?[\d;]*[a-zA-Z])*\n?$/;

/** The stream Ink takes for its stdout: every write is one whole frame, handed on at once. */
export function createFrameStream(size: () => Size, show: (frame: string) => void): Writable {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      const text = typeof chunk === 'string' ? chunk : chunk.toString('utf8');
      if (!onlyModes.test(text)) show(text);
      done();
    },
  });
  Object.defineProperties(stream, {
    isTTY: { value: true },
    columns: { get: () => size().columns },
    rows: { get: () => size().rows },
  });
  return stream;
}
