import { PassThrough, Writable } from 'node:stream';
import { composeFrame, type Regions } from '../../src/domain/regions.ts';
import { plain } from '../../src/domain/sanitise.ts';
import type { Capabilities, Terminal } from '../../src/domain/terminal.ts';

/** As on a terminal that has no links. */
const withoutLinks = (frame: string) => frame.replace(/\x1b\]8;[^\x07\x1b]*\x07/g, '');

/** A terminal of a given size that keeps what is drawn on it and types what it is told. */
export type FakeTerminal = Terminal & {
  /** The rows of the last frame, without colours, blanks at their ends cut. */
  rows(): string[];
  /** The last frame as one text, without colours. */
  text(): string;
  /** The last frame with its colours. */
  raw(): string;
  /** Frames drawn so far. */
  frameCount(): number;
  /** Sends characters as the terminal would; several at once arrive as one piece. */
  type(characters: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves with the first frame, from the last one on, of which the condition holds. */
  until(holds: (text: string) => boolean, what?: string): Promise<string>;
  readonly copied: string[];
  /** What was shown outside the alternate screen. */
  readonly shownRaw: string[];
  readonly calls: string[];
  /** How often the terminal was to be asked who it is. */
  asked(): number;
};

/** Key sequences as terminals send them. */
export const keys = {
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  enter: '\r',
  esc: '\x1b',
  ctrlC: '\x03',
  ctrlZ: '\x1a',
  backspace: '\x7f',
} as const;

export function createFakeTerminal(
  options: { columns?: number; rows?: number; capabilities?: Partial<Capabilities> } = {},
): FakeTerminal {
  let size = { columns: options.columns ?? 80, rows: options.rows ?? 24 };
  let last = '';
  let regions: Regions = {};
  let count = 0;
  let isClosed = false;
  const waiting = new Set<() => void>();
  const listeners = new Set<() => void>();
  const frames = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (isClosed) return done();
      last = String(chunk);
      count += 1;
      for (const check of [...waiting]) check();
      done();
    },
  }) as Writable & { columns: number; rows: number };
  Object.defineProperties(frames, {
    columns: { get: () => size.columns },
    rows: { get: () => size.rows },
  });
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => input,
    ref: () => input,
    unref: () => input,
  });
  const calls: string[] = [];
  let asked = 0;
  const copied: string[] = [];
  const shownRaw: string[] = [];
  const picture = () => composeFrame(last, size, regions).join('\n');
  const rows = () =>
    plain(withoutLinks(picture()))
      .split('\n')
      .map((row) => row.trimEnd());
  const text = () => rows().join('\n');
  return {
    capabilities: {
      colorDepth: 0,
      unicode: true,
      ssh: false,
      multiplexer: undefined,
      hyperlinks: false,
      notifications: undefined,
      synchronizedOutput: true,
      clipboard: true,
      ...options.capabilities,
    },
    size: () => size,
    onResize(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    frames,
    setRegions(painters) {
      regions = painters;
    },
    touch() {
      for (const check of [...waiting]) check();
    },
    keys: input as unknown as NodeJS.ReadableStream,
    open: () => void calls.push('open'),
    close: async () => {
      isClosed = true;
      calls.push('close');
    },
    ask() {
      asked += 1;
    },
    asked: () => asked,
    restoreSync: () => void calls.push('restoreSync'),
    suspend: async () => void calls.push('suspend'),
    outside: async (print) => print((shown) => void shownRaw.push(shown)),
    copy(copy) {
      copied.push(copy);
      return true;
    },
    setTitle: (title) => void calls.push(`title ${title}`),
    bell: () => void calls.push('bell'),
    notify: (title, body) => void calls.push(`notify ${title} | ${body}`),
    rows,
    text,
    raw: picture,
    frameCount: () => count,
    type: (characters) => void input.write(characters),
    resize(columns, height) {
      size = { columns, rows: height };
      frames.emit('resize');
      for (const listener of listeners) listener();
    },
    until: (holds, what) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!holds(text())) return;
          clearTimeout(limit);
          waiting.delete(check);
          resolve(text());
        };
        // Not a time that is asserted: it turns a hang into a message that shows the screen.
        const limit = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`The screen never showed ${what ?? holds.toString()}. It shows:\n${text()}`));
        }, 20_000);
        waiting.add(check);
        check();
      }),
    copied,
    shownRaw,
    calls,
  };
}
