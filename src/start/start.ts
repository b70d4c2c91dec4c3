import { ReaderGone } from '../commands/io.ts';
import { exitCodeFor, exitCodes, isAbort, toAppError } from '../domain/errors.ts';
import { sanitiseText } from '../domain/sanitise.ts';
import type { Terminal } from '../domain/terminal.ts';
import { systemClock } from '../services/clock.ts';
import { quietNoise } from '../services/sdk-noise.ts';
import { type DebugSink, openDebugFile } from './debug-file.ts';
import type { ProgramLine } from './program-line.ts';
import { runCommand } from './run-command.ts';
import { runFullScreen } from './run-full-screen.ts';
import { version } from './version.ts';

/** What is known before anything of the program is loaded. */
export type Early = {
  /** The arguments, where they could be read without the parser. */
  line: ProgramLine | undefined;
  /** Open, the first picture on it. */
  terminal: Terminal | undefined;
};

/** Runs what the arguments ask for; errors become one message and an exit code. */
export async function start(process: NodeJS.Process, argv: readonly string[], early: Early): Promise<number> {
  let debug: DebugSink = () => {};
  try {
    const line = early.line ?? (await parsed(argv));
    if (line.kind === 'text') {
      process.stdout.write(line.text);
      return exitCodes.done;
    }
    debug = openDebugFile(line.options.debug, systemClock.now);
    debug(`ccwb-tui ${version}, node ${process.versions.node}, ${process.platform}-${process.arch}`);
    quietNoise({ process, console }, debug);
    return await (line.kind === 'program'
      ? runFullScreen(process, line, debug, early.terminal)
      : runCommand(process, line, debug));
  } catch (error) {
    await early.terminal?.close();
    if (error instanceof ReaderGone) return exitCodes.done;
    if (isAbort(error)) return exitCodes.interrupted;
    const shown = toAppError(error);
    debug(`${shown.kind}: ${shown.stack ?? shown.message}\ncause: ${describe(shown.cause)}`);
    const hint = shown.hint ? `\n  ${sanitiseText(shown.hint)}` : '';
    process.stderr.write(`ccwb-tui: ${sanitiseText(shown.message)}${hint}\n`);
    return exitCodeFor(shown);
  }
}

const parsed = async (argv: readonly string[]) =>
  (await import('../commands/command-line.ts')).parseCommandLine(argv, version);

const describe = (cause: unknown): string =>
  cause instanceof Error
    ? `${cause.stack ?? cause.message}\n${describe(cause.cause)}`
    : String(cause ?? 'none');
