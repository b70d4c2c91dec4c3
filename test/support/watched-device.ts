import type { RawInput } from '../../src/terminal/key-source.ts';
import type { TerminalHost } from '../../src/terminal/open-terminal.ts';
import { emulate, picture, write } from './emulated-terminal.ts';

type Size = { columns: number; rows: number };

/**
 * What the device needs of a process, before an emulated terminal of a size that may change.
 * @param spoil what becomes of the bytes on their way
 */
export function openWatchedDevice(first: Size, spoil: (text: string) => string = (text) => text) {
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
      notifications: undefined,
      synchronizedOutput: true,
      clipboard: true,
    },
    sink: {
      write(given) {
        const text = spoil(Buffer.from(given).toString('utf8'));
        drawn = drawn.then(() => write(emulator, text));
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
    size: () => size,
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
