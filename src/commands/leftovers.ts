import type { LeftoverRun } from '../domain/distribution.ts';
import { AppError } from '../domain/errors.ts';
import { leftoverText } from '../domain/leftover.ts';
import type { Services } from '../domain/ports/services.ts';
import { tellingCancel } from './cancelled.ts';
import type { CommandContext } from './context.ts';
import { questionsAnsweredBy } from './distribution-question.ts';
import { jsonText } from './json.ts';
import { reportRun } from './report-run.ts';

/** `distribute --resume`: finishes the newest distribution that was cut off on this machine. */
export async function resumeLeftover(
  context: CommandContext,
  services: Services,
  { qr, yes }: { qr: boolean; yes: boolean },
): Promise<number> {
  const left = await services.distributions.leftovers(context.signal);
  const run = left.filter(({ hopeless }) => hopeless === undefined).at(-1);
  if (!run) {
    const only = left.length > 0 ? ' that could be finished' : '';
    throw new AppError({
      kind: 'not-found',
      message: `No distribution of this account was left on this machine${only}.`,
      hint:
        left.length > 0
          ? 'Remove it with: ccwb-tui distribute --clean-up'
          : 'Make one with: ccwb-tui distribute',
    });
  }
  context.io.err(`Finishing ${textOf(run, context)}\n`);
  return reportRun(
    context,
    services,
    services.distributions.resume(run.id, questionsAnsweredBy(context.io, yes), context.signal),
    { qr },
  );
}

/** `distribute --clean-up`: removes what distributions that were cut off have left, in the bucket and on disk. */
export async function cleanUpLeftovers(context: CommandContext): Promise<number> {
  let removed = 0;
  const stays = () =>
    `when ${removed === 0 ? 'nothing was removed' : `${removed} were removed`}. Remove what is left with: ccwb-tui distribute --clean-up`;
  const left = await tellingCancel(context, stays, async () => {
    const services = await context.connect();
    const runs = await services.distributions.leftovers(context.signal);
    for (const run of runs) {
      await services.distributions.cleanUp(run.id, context.signal);
      removed += 1;
      context.io.err(`Removed ${textOf(run, context)}\n`);
    }
    return runs;
  });
  if (left.length === 0) context.io.err('No distribution was left unfinished on this machine.\n');
  if (context.options.json) await context.io.out(jsonText({ removed: left.map(({ key }) => key) }));
  return 0;
}

/** Says on stderr what was left, and goes on; that it cannot be told is no reason to stop. */
export async function sayLeftovers(context: CommandContext, services: Services): Promise<void> {
  let left: LeftoverRun[] = [];
  try {
    left = await services.distributions.leftovers(context.signal);
  } catch {
    context.signal.throwIfAborted();
  }
  for (const run of left) context.io.err(`Left unfinished: ${textOf(run, context)}\n`);
  if (left.length > 0) context.io.err('Finish with: ccwb-tui distribute --resume; remove with: --clean-up\n');
}

function textOf(run: LeftoverRun, { clock, io }: CommandContext): string {
  return leftoverText(run, clock.now(), io.timeZone);
}
