import type { DistributionOptions } from '../domain/distribution.ts';
import { AppError } from '../domain/errors.ts';
import { formatMoment } from '../domain/format.ts';
import { guessedEndText } from '../domain/link-parts.ts';
import type { Services } from '../domain/ports/services.ts';
import { allowing } from './allowed-ips.ts';
import type { CommandContext } from './context.ts';
import { questionsAnsweredBy } from './distribution-question.ts';
import { jsonText, recordJson } from './json.ts';
import { cleanUpLeftovers, resumeLeftover, sayLeftovers } from './leftovers.ts';
import { printCode } from './print-code.ts';
import { reportRun } from './report-run.ts';
import { refuseReadOnly } from './stop-retry.ts';

export type DistributeOptions = {
  getLatest: boolean;
  expiresHours?: number;
  packagePath?: string;
  build?: string;
  qr: boolean;
  /** Finish what was cut off instead. */
  resume?: boolean;
  /** Remove what was cut off instead. */
  cleanUp?: boolean;
  /** Answers what the run asks with yes. */
  yes: boolean;
  allowedIps?: string[];
};

/** `ccwb-tui distribute`: makes a package and a link, or prints the recorded one. The link goes to stdout, alone. */
export async function distribute(context: CommandContext, options: DistributeOptions): Promise<number> {
  refuseMixed(options);
  if (options.getLatest) return latest(context, options);
  refuseReadOnly(context, options.cleanUp ? 'remove a distribution' : 'make a distribution');
  const services = await context.connect();
  if (options.resume) return resumeLeftover(context, services, options);
  if (options.cleanUp) return cleanUpLeftovers(context, services);
  const build = options.build
    ? await services.builds.resolve(options.build, services.deployment.projects, context.signal)
    : undefined;
  const asked = {
    expiresHours: options.expiresHours ?? context.settings.expiresHours,
    ...(build ? { buildId: build.id } : {}),
    ...(options.packagePath === undefined ? {} : { packagePath: options.packagePath }),
    ...allowing(options.allowedIps, questionsAnsweredBy(context.io, options.yes).ask),
  };
  return makeDistribution(context, services, asked, options);
}

/** What makes nothing new takes no options for it. */
function refuseMixed(options: DistributeOptions): void {
  const { getLatest, resume, cleanUp } = options;
  const instead = [
    ...(getLatest ? ['--get-latest'] : []),
    ...(resume ? ['--resume'] : []),
    ...(cleanUp ? ['--clean-up'] : []),
  ];
  const [first, second] = instead;
  const { expiresHours, build, packagePath, allowedIps } = options;
  const asksForMore = [expiresHours, build, packagePath, allowedIps].some((given) => given !== undefined);
  if (first === undefined || (second === undefined && !asksForMore)) return;
  throw new AppError({
    kind: 'usage',
    message:
      second === undefined
        ? `${first} makes nothing new: --expires-hours, --build, --package-path and --allowed-ips do not go with it.`
        : `${first} and ${second} do not go together.`,
    hint: `Leave ${second ?? first} out${second === undefined ? ' to make a distribution' : ''}.`,
  });
}

async function latest(context: CommandContext, { qr }: DistributeOptions): Promise<number> {
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
  const guessed = record.expiryHasZone ? '' : `, ${guessedEndText}`;
  const when = `${formatMoment(record.expiresAt, context.io.timeZone)}${guessed}`;
  context.io.err(
    over ? `This link expired: ${when}. Make a new one with: ccwb-tui distribute\n` : `Valid until ${when}\n`,
  );
  if (record.allowedIps) context.io.err(`Works only from ${record.allowedIps.join(', ')}\n`);
  await context.io.out(context.options.json ? jsonText(recordJson(record)) : `${record.url}\n`);
  if (qr && !over) await printCode(context, record.url, record.filename);
  return over ? 1 : 0;
}

/** Runs the seven steps with progress on stderr; the result goes to stdout, with `qr` its code where there is room. */
export async function makeDistribution(
  context: CommandContext,
  services: Services,
  options: DistributionOptions,
  { qr }: { qr: boolean },
): Promise<number> {
  await sayLeftovers(context, services);
  return reportRun(context, services, services.distributions.make(options, context.signal), { qr });
}
