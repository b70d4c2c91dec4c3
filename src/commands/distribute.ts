import type { DistributionEvent, DistributionOptions } from '../domain/distribution.ts';
import { AppError } from '../domain/errors.ts';
import { formatBytes, formatMoment } from '../domain/format.ts';
import { expiryReason } from '../domain/link-life.ts';
import type { Services } from '../domain/ports.ts';
import { allowing } from './allowed-ips.ts';
import type { CommandContext, Io } from './context.ts';
import { distributionJson, jsonText, recordJson } from './json.ts';
import { refuseReadOnly } from './stop-retry.ts';

export type DistributeOptions = {
  getLatest: boolean;
  expiresHours?: number;
  packagePath?: string;
  build?: string;
  allowedIps?: string[];
};

/** `ccwb-tui distribute`: makes a package and a link, or prints the recorded one. The link goes to stdout, alone. */
export async function distribute(context: CommandContext, options: DistributeOptions): Promise<number> {
  if (options.getLatest) return latest(context, options);
  refuseReadOnly(context, 'make a distribution');
  const services = await context.connect();
  const build = options.build
    ? await services.builds.resolve(options.build, services.deployment.projects, context.signal)
    : undefined;
  return makeDistribution(context, services, {
    expiresHours: options.expiresHours ?? context.settings.expiresHours,
    ...(build ? { buildId: build.id } : {}),
    ...(options.packagePath === undefined ? {} : { packagePath: options.packagePath }),
    ...allowing(options.allowedIps),
  });
}

async function latest(context: CommandContext, options: DistributeOptions): Promise<number> {
  if (
    options.expiresHours !== undefined ||
    options.build !== undefined ||
    options.packagePath !== undefined ||
    options.allowedIps !== undefined
  ) {
    throw new AppError({
      kind: 'usage',
      message:
        '--get-latest makes nothing: --expires-hours, --build, --package-path and --allowed-ips do not go with it.',
      hint: 'Leave --get-latest out to make a distribution.',
    });
  }
  const services = await context.connect();
  const record = await services.distributions.latest(context.signal);
  if (!record) {
    throw new AppError({
      kind: 'not-found',
      message: `No distribution is recorded in ${services.deployment.parameterName}.`,
      hint: 'Make one with: ccwb-tui distribute',
    });
  }
  const over = record.expiresAt <= context.clock.now();
  const when = formatMoment(record.expiresAt, context.io.timeZone);
  context.io.err(
    over ? `This link expired: ${when}. Make a new one with: ccwb-tui distribute\n` : `Valid until ${when}\n`,
  );
  await context.io.out(context.options.json ? jsonText(recordJson(record)) : `${record.url}\n`);
  return over ? 1 : 0;
}

/** Runs the seven steps with progress on stderr; the result goes to stdout. */
export async function makeDistribution(
  context: CommandContext,
  services: Services,
  options: DistributionOptions,
): Promise<number> {
  return printRun(context, services, services.distributions.make(options, context.signal));
}

/** Prints a run that makes a link: its progress on stderr, the link (or with `--json` all about it) on stdout. */
export async function printRun(
  context: CommandContext,
  services: Services,
  events: AsyncIterable<DistributionEvent>,
): Promise<number> {
  const report = progressReporter(context.io);
  for await (const event of events) {
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

function progressReporter(io: Io): (event: DistributionEvent) => void {
  const mark = io.unicode ? '✓' : '+';
  let last = '';
  return (event) => {
    if (event.kind === 'note') io.err(`  ${event.text}\n`);
    if (event.kind === 'trouble' && event.error.message !== last) {
      last = event.error.message;
      io.err(`  ${last} Trying again.\n`);
    }
    if (event.kind === 'recovered') last = '';
    if (event.kind === 'step' && event.state === 'done')
      io.err(`${mark} ${event.step.padEnd(8)} ${event.detail}\n`);
  };
}
