import { writeSync } from 'node:fs';
import type { Capabilities } from '../domain/terminal.ts';
import type { TerminalHost } from './open-terminal.ts';
import { openTtySink, type TtySink } from './tty-sink.ts';

/** The running process as a {@link TerminalHost}. `onLost` is called when the terminal hung up. */
export function processHost(
  process: NodeJS.Process,
  capabilities: Capabilities,
  onLost: (error: unknown) => void,
): TerminalHost {
  const { stdin, stdout } = process;
  return {
    stdin,
    capabilities,
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    sink: openTtySink(stdout.fd) ?? blockingSink(stdout.fd),
    onLost,
    onWindowChange(listener) {
      stdout.on('resize', listener);
      return () => stdout.off('resize', listener);
    },
    onContinue(listener) {
      process.on('SIGCONT', listener);
      return () => process.off('SIGCONT', listener);
    },
    stopProcess: () =>
      new Promise((resolve) => {
        process.once('SIGCONT', () => resolve());
        // The whole group: under `npm start` the shell waits for npm, not for us.
        process.kill(0, 'SIGTSTP');
      }),
  };
}

/** Where the terminal cannot be opened anew: writes that wait, as any program's. */
const blockingSink = (fd: number): TtySink => ({ write: (bytes) => writeSync(fd, bytes), close: () => {} });
