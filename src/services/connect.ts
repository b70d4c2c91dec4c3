import { join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { Connect, ConnectOptions } from '../domain/ports/connect.ts';
import type { Connection } from '../domain/profile.ts';
import { impatient } from './aws-call.ts';
import { createAwsClients } from './aws-clients.ts';
import { createBuilds } from './builds/builds-service.ts';
import { type ChosenProfile, chooseProfile } from './choose-profile.ts';
import { findDeployment } from './deployment.ts';
import type { DistributionsDeps } from './distributions/deps.ts';
import { createDistributions } from './distributions/distributions.ts';
import { createReadIdentity, type WhoAmI } from './identity.ts';
import { createLogs } from './logs/logs-service.ts';
import { awsFiles, findProfiles } from './profiles.ts';
import { createSource } from './source.ts';

export type ConnectDeps = {
  clock: Clock;
  /** 0 to below 1; spreads polls and retries. */
  random: () => number;
  /** The program's version, for the user agent. */
  version: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Where older ccwb keeps its profiles. */
  cwd: string;
  /** The program's own; the sandbox's ledger is kept with the sandbox, and forgotten with it. */
  dataDir: string;
  /** IANA name of the user's zone, by the settings; absent: UTC. */
  timeZone?: () => string;
} & Pick<DistributionsDeps, 'tempDir' | 'newId' | 'processes'>;

/** Builds the port that opens a session: everything a session needs is made here, and nothing is shared between two. */
export function createConnect(deps: ConnectDeps): Connect {
  return async (options, signal) => {
    const files = {
      home: options.home,
      env: options.place === 'sandbox' ? {} : deps.env,
      ...(options.place === 'sandbox' ? {} : { cwd: deps.cwd }),
    };
    const found = await findProfiles(files);
    signal.throwIfAborted();
    const chosen = chooseProfile(found, options.profileName, files.env, options.place);
    const { region, buildRegion } = regionsOf(options, chosen, files.env);

    const aws = createAwsClients({
      clock: deps.clock,
      random: deps.random,
      version: deps.version,
      ...awsFiles(files),
      pathStyle: Boolean(files.env.AWS_ENDPOINT_URL_S3 || files.env.AWS_ENDPOINT_URL),
      ...(options.endpointUrl ? { endpointUrl: options.endpointUrl } : {}),
      ...(options.credentials ? { credentials: options.credentials } : {}),
      ...(options.proof ? { proof: options.proof } : {}),
      ...(chosen.awsProfile && !options.credentials ? { awsProfile: chosen.awsProfile } : {}),
    });

    const readIdentity = createReadIdentity({ aws, region });
    const connectionOf = ({ identity, credentialsExpireAt }: WhoAmI): Connection => ({
      place: options.place,
      profileName: chosen.profile.name,
      region: buildRegion,
      ...(identity ? { identity } : {}),
      ...(credentialsExpireAt === undefined ? {} : { credentialsExpireAt }),
    });

    try {
      const place = { profile: chosen.profile, region, buildRegion };
      const project = options.project === undefined ? {} : { project: options.project };
      const tries = options.impatient ? impatient : {};
      // First, and without a limit: a sign-in may wait for its user.
      await aws.currentCredentials(region, signal);
      const [who, found] = await Promise.all([
        readIdentity(signal, tries),
        findDeployment({ aws, ...place, ...project, tries }, signal),
      ]);
      const deployment = who.missing ? { ...found, notes: [who.missing, ...(found.notes ?? [])] } : found;
      const common = { aws, region: buildRegion, clock: deps.clock, random: deps.random };
      const builds = createBuilds(common);
      return {
        connection: connectionOf(who),
        deployment,
        builds,
        logs: createLogs({ ...common, builds }),
        source: createSource({ aws, region: buildRegion }),
        distributions: createDistributions({
          aws,
          deployment,
          builds,
          clock: deps.clock,
          place: options.place,
          ledgerDir: join(options.place === 'sandbox' ? options.home : deps.dataDir, 'ledger'),
          ...(who.identity ? { identity: who.identity } : {}),
          ...(deps.timeZone ? { timeZone: deps.timeZone() } : {}),
          ...(deps.env.HOME ? { home: deps.env.HOME } : {}),
          tempDir: deps.tempDir,
          newId: deps.newId,
          processes: deps.processes,
        }),
        identity: async (abortSignal) => connectionOf(await readIdentity(abortSignal, impatient)),
        close: () => aws.close(),
      };
    } catch (error) {
      aws.close();
      throw error;
    }
  };
}

/** `--region` for both; else the profile's own, the environment's, the AWS profile's. */
function regionsOf(
  options: ConnectOptions,
  { profile, awsRegion }: ChosenProfile,
  env: ConnectDeps['env'],
): { region: string; buildRegion: string } {
  const region = options.region || profile.awsRegion || env.AWS_REGION || env.AWS_DEFAULT_REGION || awsRegion;
  if (!region) {
    throw new AppError({
      kind: 'usage',
      message: `Profile ${profile.name} names no region.`,
      hint: 'Give --region, set AWS_REGION, or put a region into the profile.',
    });
  }
  return { region, buildRegion: options.region || profile.codebuildRegion || region };
}
