import type { BuildStatus, PhaseContext } from '../domain/build.ts';
import type { CommandPhase, PhaseSpec } from './buildspec.ts';
import type { Report } from './report.ts';
import type { CommandEnd, ShellSession } from './shell-session.ts';

export type PhaseEnd = { status: BuildStatus; contexts: PhaseContext[] };

function reasonOf(end: Exclude<CommandEnd, { kind: 'interrupted' }>): string {
  return end.kind === 'exited' ? `exit status ${end.code}` : 'signal: killed';
}

/** The context of a command's failure, undefined where it succeeded. */
async function runCommand(
  command: string,
  succeeding: boolean,
  session: ShellSession,
  report: Report,
): Promise<PhaseContext | 'interrupted' | undefined> {
  const shown = command.trimEnd();
  await report.container(`Running command ${shown}`);
  const end = await session.run(command, succeeding);
  if (end.kind === 'interrupted') return 'interrupted';
  await report.lines(['']);
  if (end.kind === 'exited' && end.code === 0) return undefined;
  const reason = reasonOf(end);
  await report.container(`Command did not exit successfully ${shown} ${reason}`);
  return {
    code: 'COMMAND_EXECUTION_ERROR',
    message: `Error while executing command: ${shown}. Reason: ${reason}`,
  };
}

/**
 * Runs a phase's commands up to the first failure, then its `finally` list in any case; it succeeds if both did.
 * `undefined` where it was interrupted.
 */
export async function runCommandPhase(
  phase: CommandPhase,
  spec: PhaseSpec | undefined,
  succeeding: boolean,
  session: ShellSession,
  report: Report,
  signal: AbortSignal,
): Promise<PhaseEnd | undefined> {
  await report.startPhase(phase);
  // A stop between two phases, or among phases without commands.
  if (signal.aborted) return undefined;
  await report.container(`Entering phase ${phase}`);
  const contexts: PhaseContext[] = [];
  for (const list of [spec?.commands ?? [], spec?.finally ?? []]) {
    const before = succeeding && contexts.length === 0;
    for (const command of list) {
      const failure = await runCommand(command, before, session, report);
      if (failure === 'interrupted') return undefined;
      if (failure === undefined) continue;
      contexts.push(failure);
      break;
    }
  }
  return { status: contexts.length === 0 ? 'SUCCEEDED' : 'FAILED', contexts };
}
