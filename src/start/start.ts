import { parseCommandLine } from '../commands/command-line.ts';
import { ReaderGone } from '../commands/io.ts';
import { exitCodeFor, exitCodes, isAbort, toAppError } from '../domain/errors.ts';
import { sanitiseText } from '../domain/sanitise.ts';
import { systemClock } from '../services/clock.ts';
import { quietNoise } from '../services/sdk-noise.ts';
import { type DebugSink, openDebugFile } from './debug-file.ts';
import { version } from './package-info.ts';
import { runCommand } from './run-command.ts';
import { runFullScreen } from './run-full-screen.ts';

/** Runs what the arguments ask for; errors become one message and an exit code. */
export async function start(process: NodeJS.Process, argv: readonly string[]): Promise<number> {
  let debug: DebugSink = () => {};
  try {
    const line = parseCommandLine(argv, version);
    if (line.kind === 'text') {
      process.stdout.write(line.text);
      return exitCodes.done;
    }
    debug = openDebugFile(line.options.debug, systemClock.now);
    debug(`ccwb-tui ${version}, node ${process.versions.node}, ${process.platform}-${process.arch}`);
    quietNoise({ process, console }, debug);
    return await (line.kind === 'program'
      ? runFullScreen(process, line, debug)
      : runCommand(process, line, debug));
  } catch (error) {
    if (error instanceof ReaderGone) return exitCodes.done;
    if (isAbort(error)) return exitCodes.interrupted;
    const shown = toAppError(error);
    debug(`${shown.kind}: ${shown.stack ?? shown.message}\ncause: ${describe(shown.cause)}`);
    const hint = shown.hint ? `\n  ${sanitiseText(shown.hint)}` : '';
    process.stderr.write(`ccwb-tui: ${sanitiseText(shown.message)}${hint}\n`);
    return exitCodeFor(shown);
  }
}

const describe = (cause: unknown): string =>
  cause instanceof Error
    ? `${cause.stack ?? cause.message}\n${describe(cause.cause)}`
    : String(cause ?? 'none');
