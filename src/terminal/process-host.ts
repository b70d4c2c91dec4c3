import { writeSync } from 'node:fs';
import type { Capabilities } from '../domain/terminal.ts';
import type { TerminalHost } from './open-terminal.ts';
import type { Size } from './screen.ts';
import { openTtySink, type TtySink } from './tty-sink.ts';

/** How long after asking to be stopped we must still be running to know that nobody stops us. */
const stopDelayMs = 100;

/** What a terminal that does not tell its size is taken for: 80×24. */
export const screenSize = ({ columns, rows }: Pick<NodeJS.WriteStream, 'columns' | 'rows'>): Size => ({
  columns: columns || 80,
  rows: rows || 24,
});

/** The running process as a {@link TerminalHost}. `onLost` is called when the terminal hung up. */
export function processHost(
  process: NodeJS.Process,
  capabilities: Capabilities,
  onLost: (error: unknown) => void,
): TerminalHost {
  const { stdin, stdout } = process;
  const stopListeners = new Set<() => void>();

  /** Window changes are only told to the foreground: one that came while we were stopped must be asked for. */
  const refreshSize = () => (stdout as { _refreshSize?: () => void })._refreshSize?.();

  return {
    stdin,
    capabilities,
    size: () => screenSize(stdout),
    sink: openTtySink(stdout.fd) ?? blockingSink(stdout.fd),
    onLost,
    onWindowChange: (listener) => listen(process.stdout, 'resize', listener),
    onStop(listener) {
      stopListeners.add(listener);
      process.on('SIGTSTP', listener);
      return () => {
        stopListeners.delete(listener);
        process.off('SIGTSTP', listener);
      };
    },
    onContinue: (listener) =>
      listen(process, 'SIGCONT', () => {
        refreshSize();
        listener();
      }),
    stopProcess: () =>
      new Promise((resolve) => {
        const goOn = () => {
          clearTimeout(timer);
          process.off('SIGCONT', goOn);
          for (const listener of stopListeners) process.on('SIGTSTP', listener);
          refreshSize();
          resolve();
        };
        // While somebody listens, the signal does not stop.
        for (const listener of stopListeners) process.off('SIGTSTP', listener);
        process.on('SIGCONT', goOn);
        // A group that no shell looks after is never stopped: we just go on. The clock stands while we are stopped,
        // or does not: both are fine.
        const timer = setTimeout(goOn, stopDelayMs);
        // The whole group: under `npm start` the shell waits for npm, not for us.
        process.kill(0, 'SIGTSTP');
      }),
  };
}

function listen(
  emitter: {
    on(name: string, listener: () => void): unknown;
    off(name: string, listener: () => void): unknown;
  },
  name: string,
  listener: () => void,
): () => void {
  emitter.on(name, listener);
  return () => void emitter.off(name, listener);
}

/** Where the terminal cannot be opened anew: writes that wait, as any program's. */
const blockingSink = (fd: number): TtySink => ({ write: (bytes) => writeSync(fd, bytes), close: () => {} });
