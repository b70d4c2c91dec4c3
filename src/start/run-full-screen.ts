import { randomUUID } from 'node:crypto';
import type { CommandLine } from '../commands/command-line.ts';
import { AppError, exitCodes, toAppError } from '../domain/errors.ts';
import { sanitiseText } from '../domain/sanitise.ts';
import { askable, requireCursorAddressing } from '../terminal/capabilities.ts';
import { sourceOf } from './account.ts';
import type { DebugSink } from './debug-file.ts';
import { keptLists } from './kept-lists.ts';
import { createMachine } from './machine.ts';
import { noteLatestBuild } from './note-latest-build.ts';
import { urlOpener } from './open-url.ts';

/**
 * Runs the full-screen program on the process's terminal.
 * @throws AppError `usage` where there is none, or one that cannot show a screen.
 */
export async function runFullScreen(
  process: NodeJS.Process,
  line: CommandLine & { kind: 'program' },
  debug: DebugSink,
): Promise<number> {
  const { options, build } = line;
  if (options.json) {
    throw new AppError({
      kind: 'usage',
      message: '--json belongs to the headless commands.',
      hint: 'For example: ccwb-tui builds --json',
    });
  }
  const instead = `ccwb-tui ${build === undefined ? 'builds' : `build ${build}`}`;
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new AppError({
      kind: 'usage',
      message: 'The full-screen program needs a terminal.',
      hint: `Without one: ${instead}`,
    });
  }
  requireCursorAddressing(process.env, instead);
  const machine = createMachine(process, options, debug);
  const settings = machine.settings.read();
  const [{ runProgram }, { openTerminal }, { processHost }] = await Promise.all([
    import('../program.tsx'),
    import('../terminal/open-terminal.ts'),
    import('../terminal/process-host.ts'),
  ]);
  const asked = askable(process.env);
  const terminal = openTerminal({
    ...processHost(process, machine.capabilities(settings.terminal), () =>
      process.exit(exitCodes.interrupted),
    ),
    ...(asked
      ? { asking: { ...asked, refine: (answers) => machine.capabilities(settings.terminal, answers) } }
      : {}),
  });
  const source = sourceOf(options, true);
  const lastLists = keptLists({
    dataDir: machine.dataDir,
    clock: machine.clock,
    choice: { ...options, ...source },
    place: { home: machine.home, cwd: process.cwd(), env: process.env },
  });
  const openUrl = urlOpener(process.platform, process.env);
  restoreOnEveryExit(process, () => terminal.restoreSync());
  try {
    return await runProgram({
      ...machine,
      terminal,
      timeZone: settings.timeZone === 'utc' ? 'UTC' : machine.systemTimeZone,
      newToken: randomUUID,
      log: debug,
      lastLists,
      recordLatestBuild: (latest, services) => noteLatestBuild(machine, latest, services),
      ...(openUrl ? { openUrl } : {}),
      options: {
        ...options,
        ...(options.sandbox ? { place: 'sandbox' as const } : {}),
        ...(build === undefined ? {} : { buildRef: build }),
        ...source,
      },
    });
  } finally {
    await terminal.close();
    await machine.settings.settled();
  }
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The shell gets its screen, cursor and modes back whatever ends the program. */
function restoreOnEveryExit(process: NodeJS.Process, restore: () => void): void {
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
