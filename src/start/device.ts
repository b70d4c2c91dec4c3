import type { GlobalOptions } from '../commands/context.ts';
import { exitCodes } from '../domain/errors.ts';
import type { TerminalSettings } from '../domain/settings.ts';
import type { Terminal } from '../domain/terminal.ts';
import type { Answers } from '../terminal/answers.ts';
import { askable, readCapabilities } from '../terminal/capabilities.ts';
import { openTerminal } from '../terminal/open-terminal.ts';
import { processHost } from '../terminal/process-host.ts';
import { restoreOnEveryExit } from './restore.ts';

/** The process's terminal as the full-screen program's device; whatever ends the process gives it back. */
export function openDevice(
  process: NodeJS.Process,
  { color, ascii }: Pick<GlobalOptions, 'color' | 'ascii'>,
  settings: TerminalSettings,
): Terminal {
  const { env } = process;
  const capabilities = (answers?: Answers) => readCapabilities(env, { color, ascii }, settings, answers);
  const asked = askable(env);
  const terminal = openTerminal({
    ...processHost(process, capabilities(), () => process.exit(exitCodes.interrupted)),
    ...(asked ? { asking: { ...asked, refine: capabilities } } : {}),
  });
  restoreOnEveryExit(process, () => terminal.restoreSync());
  return terminal;
}
