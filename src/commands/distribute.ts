import type { DistributionOptions, DistributionRecord } from '../domain/distribution.ts';
import { AppError } from '../domain/errors.ts';
import { formatMoment } from '../domain/format.ts';
import { linkState } from '../domain/link-life.ts';
import { guessedEndText } from '../domain/link-parts.ts';
import type { Services } from '../domain/ports/services.ts';
import { allowing } from './allowed-ips.ts';
import { tellingCancel } from './cancelled.ts';
import type { CommandContext } from './context.ts';
import { questionsAnsweredBy } from './distribution-question.ts';
import { jsonText, recordJson } from './json.ts';
import { cleanUpLeftovers, resumeLeftover, sayLeftovers } from './leftovers.ts';
import { printCode } from './print-code.ts';
import { reportRun, sayWhereItWorks } from './report-run.ts';
import { refuseReadOnly } from './stop-retry.ts';

export type DistributeOptions = {
  getLatest: boolean;
  expiresHours?: number;
  packagePath?: string;
  build?: string[];
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
  if (options.cleanUp) return cleanUpLeftovers(context);
  const left = () => 'before it began: nothing was put into the bucket, the record was not touched.';
  return tellingCancel(context, left, () => makeOrFinish(context, options));
}

async function makeOrFinish(context: CommandContext, options: DistributeOptions): Promise<number> {
  const services = await context.connect();
  if (options.resume) return resumeLeftover(context, services, options);
  const buildIds = await resolveAll(context, services, options.build);
  const asked = {
    expiresHours: options.expiresHours ?? context.settings.expiresHours,
    ...(buildIds ? { buildIds } : {}),
    ...(options.packagePath === undefined ? {} : { packagePath: options.packagePath }),
    ...allowing(context.io, options.allowedIps, questionsAnsweredBy(context.io, options.yes).ask),
  };
  return makeDistribution(context, services, asked, options);
}

async function resolveAll(
  { signal }: CommandContext,
  { builds, deployment }: Services,
  named: readonly string[] | undefined,
): Promise<string[] | undefined> {
  if (!named) return undefined;
  const ids: string[] = [];
  for (const name of named) ids.push((await builds.resolve(name, deployment.projects, signal)).id);
  return ids;
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
  // Most likely a variable that is not set: something else than meant would be shipped.
  if (packagePath === '') throw usage('--package-path needs a value.', 'See ccwb-tui distribute --help.');
  if (cleanUp && options.qr) {
    throw usage('--clean-up makes no link: --qr does not go with it.', 'Leave one of them out.');
  }
  const asksForMore = [expiresHours, build, packagePath, allowedIps].some((given) => given !== undefined);
  if (first === undefined || (second === undefined && !asksForMore)) return;
  throw second === undefined
    ? usage(
        `${first} makes nothing new: --expires-hours, --build, --package-path and --allowed-ips do not go with it.`,
        `Leave ${first} out to make a distribution.`,
      )
    : usage(`${first} and ${second} do not go together.`, `Leave ${second} out.`);
}

const usage = (message: string, hint: string) => new AppError({ kind: 'usage', message, hint });

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
  const state = stateOf(record, context.clock.now());
  const over = state === 'revoked' || state === 'expired';
  context.io.err(`${stateText(record, state, context.io.timeZone)}\n`);
  if (record.allowedIps) context.io.err(`Works only from ${record.allowedIps.join(', ')}\n`);
  sayWhereItWorks(context, services);
  await context.io.out(context.options.json ? jsonText({ ...recordJson(record), state }) : `${record.url}\n`);
  if (qr && !over) await printCode(context, record.url, record.filename);
  return over ? 1 : 0;
}

const stateOf = ({ revokedAt, expiresAt }: DistributionRecord, now: number) =>
  revokedAt === undefined ? linkState(expiresAt, now) : 'revoked';

function stateText(
  { revokedAt, expiresAt, expiryHasZone }: DistributionRecord,
  state: ReturnType<typeof stateOf>,
  timeZone: string,
): string {
  const instead = 'Make a new one with: ccwb-tui distribute';
  if (revokedAt !== undefined) {
    const when = formatMoment(revokedAt, timeZone);
    return `This link was revoked: ${when}; the record still points to it. ${instead}`;
  }
  const end = `${formatMoment(expiresAt, timeZone)}${expiryHasZone ? '' : `, ${guessedEndText}`}`;
  return state === 'expired' ? `This link expired: ${end}. ${instead}` : `Valid until ${end}`;
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
