import type { Build } from '../domain/build.ts';
import { type Diagnosis, isDiagnosable } from '../domain/diagnosis/diagnose.ts';
import { type DiagnosableLog, findDiagnosis } from '../domain/diagnosis/find-diagnosis.ts';
import { isAbort, toAppError } from '../domain/errors.ts';
import { isErrorLine } from '../domain/log-grammar.ts';
import { hasEnded } from '../domain/phases.ts';
import type { Services } from '../domain/ports/services.ts';
import { plain } from '../domain/sanitise.ts';
import type { CommandContext } from './context.ts';

/** What a failed build is explained by, as far as it is known. */
export type Explanation = {
  diagnosis?: Diagnosis;
  /** The line of the log that shows it, or the first that looks like an error, between its neighbours. */
  excerpt: readonly { number: number; text: string; isError: boolean }[];
};

/** Beyond so many lines the beginning has to do. */
const mostLines = 200_000;

/**
 * Looks for what is wrong with an ended build, reading its log once. A log that cannot be read is told on stderr; what
 * CodeBuild itself says is diagnosed all the same.
 */
export async function readDiagnosis(
  context: CommandContext,
  services: Services,
  build: Build,
): Promise<Explanation> {
  if (!hasEnded(build) || !isDiagnosable(build)) return { excerpt: [] };
  const lines: string[] = [];
  try {
    await readLines(context, services, build, lines);
  } catch (error) {
    if (isAbort(error) || context.signal.aborted) throw error;
    context.io.err(`The log could not be read to its end: ${toAppError(error).message}\n`);
  }
  const log = asLog(lines);
  const diagnosis = findDiagnosis(build, log);
  const at = diagnosis ? diagnosis.line : build.status === 'SUCCEEDED' ? undefined : log.firstError();
  return { ...(diagnosis ? { diagnosis } : {}), excerpt: at === undefined ? [] : around(lines, at) };
}

async function readLines(
  context: CommandContext,
  services: Services,
  build: Build,
  lines: string[],
): Promise<void> {
  for await (const update of services.logs.follow({ buildId: build.id, once: true }, context.signal)) {
    if (update.kind === 'trouble') throw update.error;
    if (update.kind !== 'lines') continue;
    for (const { text } of update.lines) lines.push(plain(text));
    if (lines.length >= mostLines) return;
  }
  context.signal.throwIfAborted();
}

function asLog(lines: readonly string[]): DiagnosableLog {
  return {
    count: lines.length,
    first: 0,
    line: (number) => {
      const text = lines[number];
      return text === undefined ? undefined : { text };
    },
    firstError: () => {
      const at = lines.findIndex(isErrorLine);
      return at < 0 ? undefined : at;
    },
  };
}

function around(lines: readonly string[], at: number): Explanation['excerpt'] {
  return [at - 1, at, at + 1].flatMap((number) => {
    const text = lines[number];
    return text === undefined ? [] : [{ number: number + 1, text, isError: number === at }];
  });
}
