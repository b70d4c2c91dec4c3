import type xterm from '@xterm/headless';
import { defaultSettings } from '../../../src/domain/settings.ts';
import { runProgram } from '../../../src/program.tsx';
import { openTerminal } from '../../../src/terminal/open-terminal.ts';
import { openWatchedDevice } from '../../support/watched-device.ts';
import { type HostileAccount, noSandbox, type Time } from './account.ts';
import { strangeByte, strangeInFrame } from './strict-terminal.ts';

/** The whole program on an account, on the real device, in an emulated terminal. */
export type Screen = {
  emulator: xterm.Terminal;
  type(keys: string): void;
  /** Rows as they stand on the terminal, blanks at their ends cut. */
  rows(): Promise<string[]>;
  /** The first thing that was wrong with what was drawn or sent since the start. */
  strange(): string | undefined;
  bytes(): number;
  close(): Promise<void>;
};

/** A terminal whose bytes are looked at one by one before an emulator takes them; see {@link strangeByte}. */
export function openDevice(size: { columns: number; rows: number }, controlsOnly = false) {
  let strange: string | undefined;
  let sent = 0;
  const { host, emulator, type, settled } = openWatchedDevice(size, (bytes) => {
    sent += bytes.length;
    strange ??= strangeByte(bytes, controlsOnly);
    return bytes;
  });
  return {
    host,
    emulator,
    type,
    strange: () => strange,
    bytes: () => sent,
    async rows() {
      await settled();
      return Array.from({ length: size.rows }, (_, y) => rowText(emulator, y));
    },
  };
}

const rowText = (emulator: xterm.Terminal, y: number) =>
  emulator.buffer.active.getLine(emulator.buffer.active.viewportY + y)?.translateToString(true) ?? '';

/** A cell with all that can be seen of it. */
export function cellAt(emulator: xterm.Terminal, x: number, y: number): string {
  const cell = emulator.buffer.active.getLine(emulator.buffer.active.viewportY + y)?.getCell(x);
  if (!cell) return '';
  const glyph = cell.getChars() || ' ';
  const look = [cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isInverse()]
    .map(Number)
    .join('');
  const color = glyph === ' ' && !cell.isInverse() ? '' : `${cell.getFgColorMode()}:${cell.getFgColor()}`;
  return `${glyph} ${glyph === ' ' ? '' : look} ${color} ${cell.getBgColorMode()}:${cell.getBgColor()}`;
}

export async function openScreen(
  time: Time,
  account: HostileAccount,
  size: { columns: number; rows: number },
): Promise<Screen> {
  const device = openDevice(size);
  const terminal = openTerminal(device.host);
  let strangeFrame: string | undefined;
  // What Ink hands to the device must be clean by itself: the device is the second wall, not the first.
  const draw = terminal.frames.write.bind(terminal.frames);
  terminal.frames.write = ((frame: string, ...rest: []) => {
    const modes = /\x1b\[[?>]?[\d;]*[hlu]/g;
    strangeFrame ??= strangeInFrame(String(frame).replace(modes, ''));
    return draw(frame, ...rest);
  }) as typeof draw;
  let failure: unknown;
  const ended = runProgram({
    connect: account.connect,
    sandbox: noSandbox,
    settings: { path: '/nowhere', read: () => defaultSettings, update: () => {} },
    files: { save: async () => 'exists', saveWhole: async () => 'exists', folder: async (path) => path },
    clock: time.clock,
    terminal,
    home: account.home,
    options: { place: 'aws', readOnly: false },
    timeZone: 'UTC',
    newToken: () => 'token',
    log: () => {},
  });
  ended.catch((error: unknown) => {
    failure = error;
  });
  return {
    emulator: device.emulator,
    type: device.type,
    rows() {
      if (failure !== undefined) throw failure;
      return device.rows();
    },
    strange: () => (strangeFrame === undefined ? device.strange() : `frame: ${strangeFrame}`),
    bytes: device.bytes,
    async close() {
      device.type('\x03\x03');
      await time.run(ended).catch(() => {});
      device.emulator.dispose();
    },
  };
}
