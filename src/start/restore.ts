import { exitCodes, toAppError } from '../domain/errors.ts';
import { sanitiseText } from '../domain/sanitise.ts';

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The shell gets its screen, cursor and modes back whatever ends the program. */
export function restoreOnEveryExit(process: NodeJS.Process, restore: () => void): void {
  process.on('exit', restore);
  for (const [name, number] of Object.entries(signalNumbers)) {
    process.on(name, () => {
      restore();
      process.exit(128 + number);
    });
  }
  process.on('uncaughtException', (error) => {
    restore();
    process.stderr.write(
      `ccwb-tui: ${sanitiseText(toAppError(error).message)}\n  Run again with --debug FILE and report what it holds.\n`,
    );
    process.exit(exitCodes.failed);
  });
}
