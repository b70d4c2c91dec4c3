import * as pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const columns = 120;
const rows = 40;

/** A program in a pseudo-terminal of 120×40. */
export type Session = {
  readonly pid: number;
  /** When it was spawned, by `performance.now()`. */
  readonly spawnedAt: number;
  /** Bytes it has written so far. */
  bytes(): number;
  /** Drawings it has written so far: synchronised updates, and small pieces without their marks. */
  frames(): number;
  send(keys: string): void;
  /** The screen's text; with `emulate` only. */
  screen(): string;
  /** Resolves with the moment the output arrived that made the condition true; rejects after `longestMs`. */
  until(holds: (screen: string) => boolean, longestMs?: number): Promise<number>;
  /** Resolves with the moment of the next output. */
  nextOutput(longestMs?: number): Promise<number>;
  stopReading(): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the moment it ended. */
  readonly ended: Promise<number>;
  end(): Promise<void>;
};

export type SessionOptions = {
  env?: Record<string, string>;
  cwd?: string;
  /** Keep the screen; without it only bytes are counted, which costs next to nothing. */
  emulate?: boolean;
};

const beginsFrame = Buffer.from('\x1b[?2026h');
/** Bytes up to which the program draws without marks. */
const onePiece = 400;

export function startSession(file: string, args: readonly string[], options: SessionOptions = {}): Session {
  const { PATH = '/usr/bin:/bin', HOME = '/' } = process.env;
  const spawnedAt = performance.now();
  const child = pty.spawn(file, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: { PATH, HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...options.env },
    encoding: null,
  });
  const terminal = options.emulate
    ? new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 })
    : undefined;
  const shown = new Set<(at: number) => void>();
  const arrived = new Set<(at: number) => void>();
  let bytes = 0;
  let frames = 0;
  // With `encoding: null` the pieces are Buffers, whatever the type says.
  child.onData((piece) => {
    const at = performance.now();
    const data = piece as unknown as Buffer;
    bytes += data.length;
    let marked = 0;
    for (let found = data.indexOf(beginsFrame); found >= 0; found = data.indexOf(beginsFrame, found + 1)) {
      marked += 1;
    }
    // A drawing without marks is small, and comes in one piece.
    frames += marked || (data.length <= onePiece ? 1 : 0);
    for (const listener of [...arrived]) listener(at);
    terminal?.write(data, () => {
      for (const listener of [...shown]) listener(at);
    });
  });
  terminal?.onData((answer) => child.write(answer));
  let hasEnded = false;
  const ended = new Promise<number>((resolve) => {
    child.onExit(() => {
      hasEnded = true;
      resolve(performance.now());
    });
  });

  const screen = () => {
    const buffer = terminal?.buffer.active;
    return Array.from({ length: rows }, (_, row) => buffer?.getLine(row)?.translateToString(true) ?? '').join(
      '\n',
    );
  };

  function wait(
    listeners: Set<(at: number) => void>,
    isOver: () => boolean,
    longestMs: number,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(limit);
        listeners.delete(listener);
        finish();
      };
      const listener = (at: number) => {
        if (isOver()) settle(() => resolve(at));
      };
      const limit = setTimeout(
        () => settle(() => reject(new Error(`Not seen within ${longestMs} ms. The screen:\n${screen()}`))),
        longestMs,
      );
      listeners.add(listener);
    });
  }

  return {
    pid: child.pid,
    spawnedAt,
    bytes: () => bytes,
    frames: () => frames,
    send: (keys) => child.write(keys),
    screen,
    until: (holds, longestMs = 30_000) =>
      terminal && holds(screen())
        ? Promise.resolve(performance.now())
        : wait(shown, () => holds(screen()), longestMs),
    nextOutput: (longestMs = 5_000) => wait(arrived, () => true, longestMs),
    stopReading: () => child.pause(),
    kill: (signal) => process.kill(child.pid, signal),
    ended,
    async end() {
      if (!hasEnded) child.kill('SIGKILL');
      child.resume();
      await ended;
      terminal?.dispose();
    },
  };
}
