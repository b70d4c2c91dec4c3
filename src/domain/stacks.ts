import { type CcwbProfile, type Deployment, defaultPoolName } from './profile.ts';

/** Stacks the program reads by itself; the rest of ccwb's is the status screen's business. */
export type StackKey = 'auth' | 'codebuild' | 'distribution';

/** Outputs of a stack by key. */
export type StackOutputs = Readonly<Record<string, string>>;

/** What reading a stack gave: its outputs, or why there are none; `isRefused`: it may be there, and may not be read. */
export type StackReading = { outputs: StackOutputs } | { missing: string; isRefused?: true };

/** The name of a profile's stack: as the profile says, else ccwb's pattern, `P-key` but for the first stack, `P-stack`. */
export function stackName(profile: CcwbProfile, key: StackKey): string {
  return profile.stackNames[key] ?? `${profile.identityPoolName}-${key === 'auth' ? 'stack' : key}`;
}

/** Outputs of the codebuild stack that name build projects: Windows first, then as newer ccwb adds them. */
const projectOutputs = ['ProjectName', 'LinuxX64ProjectName', 'LinuxArm64ProjectName'] as const;

/** Whether a project's name is one ccwb's templates give in this pool: `P-windows-build`, `P-linux-x64-build`, … */
export function isPoolProject(pool: string, name: string): boolean {
  return (
    name.startsWith(`${pool}-`) && name.endsWith('-build') && name.length > pool.length + '-build'.length
  );
}

/** Where the name of the recorded distribution lies, as ccwb writes it. */
export function parameterName(pool: string): string {
  return `/claude-code/${pool}/distribution/latest`;
}

/** A profile for credentials that come without one of ccwb's: everything by ccwb's defaults. */
export function syntheticProfile(name: string): CcwbProfile {
  return { name, identityPoolName: defaultPoolName, stackNames: {}, extraFiles: [] };
}

/**
 * What the stacks say is there. Where the codebuild stack says nothing, `listed` (the account's projects, if they could
 * be listed) is searched by ccwb's naming, and without that its Windows project is assumed.
 */
export function readDeployment(input: {
  profile: CcwbProfile;
  buildRegion: string;
  region: string;
  codebuild: StackReading;
  distribution: StackReading;
  /** Only packages want it: its absence is no note. */
  auth?: StackReading;
  listed?: readonly string[];
  /** `--project`: this one alone. */
  project?: string;
}): Deployment {
  const { profile, codebuild, distribution, auth } = input;
  const identityPoolId = auth && 'outputs' in auth ? auth.outputs.IdentityPoolId : undefined;
  const builds = 'outputs' in codebuild ? codebuild.outputs : {};
  const ships = 'outputs' in distribution ? distribution.outputs : {};
  const notes = [codebuild, distribution].flatMap((reading) =>
    'missing' in reading ? [reading.missing] : [],
  );
  const unread = Object.fromEntries(
    Object.entries({ codebuild, distribution }).flatMap(([key, reading]) =>
      'missing' in reading && reading.isRefused ? [[key, reading.missing]] : [],
    ),
  );
  const buildBucket = builds.BuildBucket;
  // The oldest ccwb shipped from the build bucket and had no distribution stack.
  const distributionBucket = ships.DistributionBucket ?? buildBucket;
  const distributorSecret = ships.DistributionSecretArn ?? ships.DistributionSecretName;
  return {
    profile,
    buildRegion: input.buildRegion,
    region: input.region,
    projects: input.project ? [input.project] : projectsOf(builds, input),
    ...(buildBucket ? { buildBucket } : {}),
    ...(distributionBucket ? { distributionBucket } : {}),
    parameterName: parameterName(profile.identityPoolName),
    ...(distributorSecret ? { distributorSecret } : {}),
    ...(ships.DistributionURL ? { landingPageUrl: ships.DistributionURL } : {}),
    ...(identityPoolId ? { identityPoolId } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(Object.keys(unread).length > 0 ? { unread } : {}),
  };
}

function projectsOf(
  outputs: StackOutputs,
  { profile, listed }: { profile: CcwbProfile; listed?: readonly string[] },
): string[] {
  const pool = profile.identityPoolName;
  const named = [...new Set(projectOutputs.flatMap((key) => outputs[key] || []))];
  if (named.length > 0) return named;
  if (!listed) return [`${pool}-windows-build`];
  const windowsFirst = (a: string, b: string) =>
    Number(b.includes('windows')) - Number(a.includes('windows')) || a.localeCompare(b, 'en');
  return listed.filter((name) => isPoolProject(pool, name)).sort(windowsFirst);
}
