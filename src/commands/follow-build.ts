import type { Build } from '../domain/build.ts';
import { isAbort } from '../domain/errors.ts';
import type { Services } from '../domain/ports/services.ts';
import { outcomeText } from './build-text.ts';
import type { CommandContext } from './context.ts';
import { lineText, troubleTeller } from './logs.ts';
import { loseHope } from './patience.ts';
import { readDiagnosis } from './read-diagnosis.ts';

/**
 * Follows a build to its end on stderr: its log as it comes, then how it ended. A lost connection is told and
 * waited out, never taken for the build's failure.
 */
export async function followToEnd(context: CommandContext, services: Services, build: Build): Promise<Build> {
  const log = new AbortController();
  const signal = AbortSignal.any([context.signal, log.signal]);
  const printing = printLog(context, services, build.id, signal);
  try {
    let last = build;
    for await (const update of services.builds.watch(build.id, context.signal)) {
      if (update.kind === 'build') last = update.build;
      else loseHope(update, context.clock.now(), true);
    }
    context.signal.throwIfAborted();
    await printing;
    const explanation = await readDiagnosis(context, services, last);
    context.io.err(`${outcomeText(last, explanation, context)}\n`);
    return last;
  } finally {
    log.abort();
    await printing.catch(() => {});
  }
}

async function printLog(
  context: CommandContext,
  services: Services,
  buildId: string,
  signal: AbortSignal,
): Promise<void> {
  const tell = troubleTeller(context.io.err);
  try {
    for await (const update of services.logs.follow({ buildId }, signal)) {
      tell(update);
      if (update.kind !== 'lines') continue;
      context.io.err(update.lines.map((line) => `${lineText(line, false, context.io.color)}\n`).join(''));
    }
  } catch (error) {
    // The log is company on the way, not the result: the build itself is still watched.
    if (!isAbort(error)) context.io.err(`The log cannot be read: ${(error as Error).message}\n`);
  }
}
