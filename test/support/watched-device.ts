import type { RawInput } from '../../src/terminal/key-source.ts';
import type { TerminalHost } from '../../src/terminal/open-terminal.ts';
import { emulate, picture, write } from './emulated-terminal.ts';

type Size = { columns: number; rows: number };

/**
 * What the device needs of a process, before an emulated terminal of a size that may change.
 * @param pass sees the bytes on their way, and answers what becomes of them
 */
export function openWatchedDevice(
  first: Size,
  pass: (bytes: Uint8Array) => Uint8Array | string = (bytes) => bytes,
) {
  let size = first;
  const emulator = emulate(size);
  let drawn = Promise.resolve();
  let onData: (chunk: Buffer) => void = () => {};
  let onWindow = () => {};
  const stdin: RawInput = {
    setRawMode: () => {},
    on: (event: string, listener: (...args: never[]) => void) => {
      if (event === 'data') onData = listener as typeof onData;
    },
    off: () => {
      onData = () => {};
    },
    resume: () => {},
    pause: () => {},
  };
  const host: TerminalHost = {
    stdin,
    size: () => size,
    capabilities: {
      colorDepth: 24,
      unicode: true,
      ssh: false,
      multiplexer: undefined,
      hyperlinks: true,
      notifications: 'osc9',
      synchronizedOutput: true,
      clipboard: true,
    },
    sink: {
      write(given) {
        const passed = pass(Uint8Array.from(given));
        drawn = drawn.then(() => write(emulator, passed));
        return given.length;
      },
      close: () => {},
    },
    onWindowChange(listener) {
      onWindow = listener;
      return () => {};
    },
    stopProcess: async () => {},
    onStop: () => () => {},
    onContinue: () => () => {},
    onLost: () => {},
  };
  return {
    host,
    emulator,
    size: () => size,
    /** Resolves when the terminal has taken all that was sent. */
    settled: () => drawn,
    type: (keys: string) => onData(Buffer.from(keys)),
    async resize(to: Size) {
      // What was sent so far was meant for the old size.
      await drawn;
      size = { columns: to.columns, rows: to.rows };
      emulator.resize(size.columns, size.rows);
      onWindow();
    },
    async picture() {
      await drawn;
      return picture(emulator);
    },
    close: () => emulator.dispose(),
  };
}
