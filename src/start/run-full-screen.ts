import { randomUUID } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { Terminal } from '../domain/terminal.ts';
import { requireCursorAddressing } from '../terminal/capabilities.ts';
import type { DebugSink } from './debug-file.ts';
import { keptLists } from './kept-lists.ts';
import { createMachine } from './machine.ts';
import { noteLatestBuild } from './note-latest-build.ts';
import { urlOpener } from './open-url.ts';
import { type ProgramLine, programOptions } from './program-line.ts';

/**
 * Runs the full-screen program on the process's terminal.
 * @param opened the terminal, where the first picture stands on it already
 * @throws AppError `usage` where there is none, or one that cannot show a screen.
 */
export async function runFullScreen(
  process: NodeJS.Process,
  line: ProgramLine,
  debug: DebugSink,
  opened: Terminal | undefined,
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
  const { runProgram } = await import('../program.tsx');
  const terminal = opened ?? (await import('./device.ts')).openDevice(process, options, settings.terminal);
  const program = programOptions(line);
  const lastLists = keptLists({
    dataDir: machine.dataDir,
    clock: machine.clock,
    choice: program,
    place: { home: machine.home, cwd: process.cwd(), env: process.env },
  });
  const openUrl = urlOpener(process.platform, process.env);
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
      options: program,
    });
  } finally {
    await terminal.close();
    await machine.settings.settled();
  }
}
