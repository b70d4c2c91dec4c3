import type { Distribution, DistributionEvent } from '../domain/distribution.ts';
import { formatBytes, formatMoment, formatPercent } from '../domain/format.ts';
import { expiryReason } from '../domain/link-life.ts';
import { packageRoot } from '../domain/package-names.ts';
import { treeText } from '../domain/package-tree.ts';
import type { Services } from '../domain/ports/services.ts';
import { transferText } from '../domain/transfer.ts';
import { CancelTold } from './cancelled.ts';
import type { CommandContext } from './context.ts';
import { distributionJson, jsonText } from './json.ts';
import { printCode } from './print-code.ts';
import { createTroubleLines } from './trouble-lines.ts';

/**
 * Tells on stderr how the making of a distribution goes; its link goes to stdout, with `qr` its code where there is room.
 * @throws CancelTold where it was cancelled and that was told: nothing is on stdout then
 */
export async function reportRun(
  context: CommandContext,
  services: Services,
  run: AsyncIterable<DistributionEvent>,
  { qr }: { qr: boolean },
): Promise<number> {
  const report = progressReporter(context);
  let isTold = false;
  let isPrinted = false;
  for await (const event of run) {
    report(event);
    if (event.kind === 'short-link') {
      context.io.err(`  ${shortLinkLine(event, context.io.timeZone)}\n`);
    }
    if (event.kind === 'cancelled') {
      context.io.err(`${event.text}\n`);
      isTold = true;
    }
    if (event.kind !== 'done') continue;
    const made = event.distribution;
    if (context.signal.aborted) {
      context.io.err(`${tooLate(made)}\n`);
      isTold = true;
      continue;
    }
    isPrinted = true;
    context.io.err(`${made.filename}  ${formatBytes(made.size)}  sha256 ${made.checksum}\n`);
    context.io.err(`Valid until ${formatMoment(made.expiresAt, context.io.timeZone)}\n`);
    if (made.allowedIps) context.io.err(`Works only from ${made.allowedIps.join(', ')}\n`);
    sayWhereItWorks(context, services);
    await context.io.out(context.options.json ? jsonText(distributionJson(made)) : `${made.url}\n`);
    if (qr) await printCode(context, made.url, made.filename);
  }
  if (isTold) throw new CancelTold(context.signal.reason);
  // Whoever cancels once the link is printed has all there is.
  if (!isPrinted) context.signal.throwIfAborted();
  return 0;
}

/** A link of the sandbox is of no use to anybody else. */
export function sayWhereItWorks({ io }: CommandContext, { connection }: Services): void {
  if (connection.place === 'sandbox') io.err('A link of the sandbox works on this machine only.\n');
}

/** What is recorded stays: others may have the link by now. */
function tooLate({ isUnrecorded }: Distribution): string {
  return isUnrecorded
    ? 'Cancelled too late: the link is made, and nothing is undone. See it with: ccwb-tui links list --json'
    : 'Cancelled too late: the distribution is recorded, and nothing is undone. Print its link with: ccwb-tui distribute --get-latest';
}

function shortLinkLine(
  { expiresAt, cause, estimate }: Extract<DistributionEvent, { kind: 'short-link' }>,
  timeZone: string,
): string {
  const may = estimate ? 'may end already' : 'will end';
  return `The link ${may} ${formatMoment(expiresAt, timeZone)}, earlier than asked: ${expiryReason(cause)}.`;
}

/** Milliseconds between two lines on how far a transfer is. */
const progressEveryMs = 10_000;

function progressReporter({ io, clock }: CommandContext): (event: DistributionEvent) => void {
  const mark = io.unicode ? '✓' : '+';
  const trouble = createTroubleLines(clock);
  let saidAt = clock.now();
  return (event) => {
    const told = trouble.line(event);
    if (told !== undefined) io.err(`  ${told}\n`);
    if (event.kind === 'note') io.err(`  ${event.text}\n`);
    if (event.kind === 'tree') {
      for (const line of treeText(event.tree, packageRoot, io.unicode)) io.err(`  ${line}\n`);
    }
    // While calls fail, neither how fast it was nor how long it would take holds.
    const rate = event.kind === 'progress' && !trouble.lasts() ? transferText(event) : undefined;
    if (event.kind === 'progress' && rate !== undefined && clock.now() - saidAt >= progressEveryMs) {
      saidAt = clock.now();
      io.err(`  ${event.step.padEnd(8)} ${formatPercent(event.done, event.total)}, ${rate}\n`);
    }
    if (event.kind === 'step') saidAt = clock.now();
    if (event.kind === 'step' && event.state === 'done')
      io.err(`${mark} ${event.step.padEnd(8)} ${event.detail}\n`);
  };
}
