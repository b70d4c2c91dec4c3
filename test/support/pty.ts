import * as pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** Keys as terminals send them. */
export const keys = {
  up: '\x1b[A',
  down: '\x1b[B',
  enter: '\r',
  esc: '\x1b',
  ctrlC: '\x03',
  ctrlZ: '\x1a',
} as const;

export type PtyOptions = {
  columns?: number;
  rows?: number;
  /** The whole environment: nothing of the test's own is passed on. */
  env: Record<string, string>;
  cwd: string;
};

/** A program in a real pseudo-terminal, its output shown on an emulated one. */
export type PtyProgram = {
  readonly pid: number;
  send(text: string): void;
  /** Rows of the screen, blanks at their ends cut. */
  rows(): string[];
  text(): string;
  /** The emulated terminal, for colours, cursor and modes. */
  readonly terminal: xterm.Terminal;
  /** Whether the alternate screen is shown. */
  isFullScreen(): boolean;
  /** All the program ever wrote. */
  output(): string;
  /** Resolves with the first screen that holds the text (or of which the condition holds), the present one included. */
  waitFor(what: string | RegExp | ((screen: string) => boolean), longestMs?: number): Promise<string>;
  resize(columns: number, rows: number): void;
  /** Reads nothing more of what the program writes: a stalled line. */
  stopReading(): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the program ended and all its output is on the screen. */
  readonly ended: Promise<{ exitCode: number; signal: number | undefined }>;
  /** Ends the program if need be. */
  dispose(): Promise<void>;
};

/** Turns a hang into a message that shows the screen; nothing is ever asserted about time. */
const longestWaitMs = 45_000;

export function startInPty(file: string, args: readonly string[], options: PtyOptions): PtyProgram {
  const { columns = 80, rows = 24 } = options;
  const child = pty.spawn(file, [...args], {
    name: options.env.TERM ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd,
    env: { TERM: 'xterm-256color', LANG: 'C.UTF-8', ...options.env },
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 5000 });
  const watchers = new Set<() => void>();
  let output = '';
  let shown: Promise<void> = Promise.resolve();
  child.onData((data) => {
    output += data;
    shown = new Promise((resolve) => {
      terminal.write(data, () => {
        for (const watch of [...watchers]) watch();
        resolve();
      });
    });
  });
  // What a terminal answers to questions of the program.
  terminal.onData((answer) => child.write(answer));
  let hasEnded = false;
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      hasEnded = true;
      void shown.then(() => {
        resolve({ exitCode, signal });
        for (const watch of [...watchers]) watch();
      });
    });
  });

  const screenRows = () => {
    const buffer = terminal.buffer.active;
    return Array.from({ length: terminal.rows }, (_, row) =>
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  };
  const text = () => screenRows().join('\n');

  function waitFor(
    what: string | RegExp | ((screen: string) => boolean),
    longestMs = longestWaitMs,
  ): Promise<string> {
    const holds = (screen: string) => {
      if (typeof what === 'string') return screen.includes(what);
      return what instanceof RegExp ? what.test(screen) : what(screen);
    };
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(limit);
        watchers.delete(watch);
        settle();
      };
      const fail = (why: string) =>
        finish(() => reject(new Error(`${why} without showing ${String(what)}. It shows:\n${text()}`)));
      const watch = () => {
        const screen = text();
        if (holds(screen)) finish(() => resolve(screen));
        else if (hasEnded) fail('The program ended');
      };
      const limit = setTimeout(() => fail('The program went on'), longestMs);
      watchers.add(watch);
      watch();
    });
  }

  return {
    pid: child.pid,
    send: (keysSent) => child.write(keysSent),
    rows: screenRows,
    text,
    terminal,
    isFullScreen: () => terminal.buffer.active.type === 'alternate',
    output: () => output,
    waitFor,
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    stopReading: () => child.pause(),
    kill: (signal) => process.kill(child.pid, signal),
    ended,
    async dispose() {
      if (!hasEnded) child.kill('SIGKILL');
      await ended;
      terminal.dispose();
    },
  };
}
