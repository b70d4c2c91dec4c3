import type { DistributionEvent } from '../domain/distribution.ts';
import { formatBytes, formatMoment, formatPercent } from '../domain/format.ts';
import { expiryReason } from '../domain/link-life.ts';
import { packageRoot } from '../domain/package-names.ts';
import { treeText } from '../domain/package-tree.ts';
import type { Services } from '../domain/ports/services.ts';
import { transferText } from '../domain/transfer.ts';
import type { CommandContext } from './context.ts';
import { distributionJson, jsonText } from './json.ts';
import { printCode } from './print-code.ts';

/** Tells on stderr how the making of a distribution goes; its link goes to stdout, with `qr` its code where there is room. */
export async function reportRun(
  context: CommandContext,
  services: Services,
  run: AsyncIterable<DistributionEvent>,
  { qr }: { qr: boolean },
): Promise<number> {
  const report = progressReporter(context);
  for await (const event of run) {
    report(event);
    if (event.kind === 'short-link') {
      context.io.err(`  ${shortLinkLine(event, context.io.timeZone)}\n`);
    }
    if (event.kind !== 'done') continue;
    const made = event.distribution;
    context.io.err(`${made.filename}  ${formatBytes(made.size)}  sha256 ${made.checksum}\n`);
    context.io.err(`Valid until ${formatMoment(made.expiresAt, context.io.timeZone)}\n`);
    if (made.allowedIps) context.io.err(`Works only from ${made.allowedIps.join(', ')}\n`);
    if (services.connection.place === 'sandbox')
      context.io.err('A link of the sandbox works on this machine only.\n');
    await context.io.out(context.options.json ? jsonText(distributionJson(made)) : `${made.url}\n`);
    if (qr) await printCode(context, made.url, made.filename);
  }
  context.signal.throwIfAborted();
  return 0;
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
  let last = '';
  let saidAt = clock.now();
  return (event) => {
    if (event.kind === 'note') io.err(`  ${event.text}\n`);
    if (event.kind === 'trouble' && event.error.message !== last) {
      last = event.error.message;
      io.err(`  ${last} Trying again.\n`);
    }
    if (event.kind === 'recovered') last = '';
    if (event.kind === 'tree') {
      for (const line of treeText(event.tree, packageRoot, io.unicode)) io.err(`  ${line}\n`);
    }
    const rate = event.kind === 'progress' ? transferText(event) : undefined;
    if (event.kind === 'progress' && rate !== undefined && clock.now() - saidAt >= progressEveryMs) {
      saidAt = clock.now();
      io.err(`  ${event.step.padEnd(8)} ${formatPercent(event.done, event.total)}, ${rate}\n`);
    }
    if (event.kind === 'step') saidAt = clock.now();
    if (event.kind === 'step' && event.state === 'done')
      io.err(`${mark} ${event.step.padEnd(8)} ${event.detail}\n`);
  };
}
