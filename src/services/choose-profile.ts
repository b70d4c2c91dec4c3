import { AppError } from '../domain/errors.ts';
import type { CcwbProfile } from '../domain/profile.ts';
import { sanitiseText } from '../domain/sanitise.ts';
import { syntheticProfile } from '../domain/stacks.ts';
import type { FoundProfiles } from './profiles.ts';

export type ChosenProfile = {
  profile: CcwbProfile;
  /** AWS profile that the credentials come from; absent → the SDK's default chain. */
  awsProfile?: string;
  /** Region the AWS profile in use names, for a ccwb profile that names none. */
  awsRegion?: string;
};

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Which ccwb profile and which AWS profile a session uses.
 * - A name: ccwb's profile of that name; credentials from the AWS profile of the same name where there is one, else the
 *   default chain. A name that only AWS knows gives the credentials alone, with ccwb's active profile or its defaults.
 * - No name: ccwb's active profile (or its only one), else ccwb's defaults; the default chain, unless that would find
 *   nothing and the AWS files hold a profile of the same name.
 * @throws AppError `not-found` listing what there is; the error of the chosen profile's broken file.
 */
export function chooseProfile(
  found: FoundProfiles,
  name: string | undefined,
  env: Env,
  place: 'aws' | 'sandbox' = 'aws',
): ChosenProfile {
  const chosen = name === undefined ? withoutName(found, env) : withName(found, name, place);
  const awsProfile = chosen.awsProfile;
  const inUse = awsProfile ?? env.AWS_PROFILE ?? 'default';
  if (awsProfile === undefined && env.AWS_PROFILE && !hasAws(found, env.AWS_PROFILE)) {
    throw new AppError({
      kind: 'not-found',
      message: `AWS_PROFILE names ${sanitiseText(env.AWS_PROFILE)}, which the AWS configuration does not hold.`,
      hint: `There is: ${listOf(found.awsProfiles.map((profile) => profile.name))}.`,
    });
  }
  const awsRegion = found.awsProfiles.find((profile) => profile.name === inUse)?.region;
  return { ...chosen, ...(awsRegion ? { awsRegion } : {}) };
}

function withName(found: FoundProfiles, name: string, place: 'aws' | 'sandbox'): ChosenProfile {
  const broken = found.broken.find((profile) => profile.name === name);
  if (broken) throw broken.error;
  const ours = found.profiles.find((profile) => profile.name === name);
  const theirs = hasAws(found, name);
  if (ours) return { profile: ours, ...(theirs ? { awsProfile: name } : {}) };
  if (theirs) return { profile: active(found) ?? syntheticProfile(name), awsProfile: name };
  // The user's own profiles were not looked at: a list of what there is would deny them.
  if (place === 'sandbox') {
    throw new AppError({
      kind: 'not-found',
      message: `The sandbox has a profile of its own, and none named ${sanitiseText(name)}.`,
      hint: 'Leave --profile out, or leave out --sandbox to work with that profile on AWS.',
    });
  }
  throw new AppError({
    kind: 'not-found',
    message: `There is no profile ${sanitiseText(name)}.`,
    hint: `ccwb has: ${listOf(found.profiles.map((profile) => profile.name))}; AWS has: ${listOf(
      found.awsProfiles.map((profile) => profile.name),
    )}.`,
  });
}

function withoutName(found: FoundProfiles, env: Env): ChosenProfile {
  const profile = active(found) ?? syntheticProfile(env.AWS_PROFILE || 'default');
  const chainFinds =
    Boolean(env.AWS_PROFILE || env.AWS_ACCESS_KEY_ID || env.AWS_WEB_IDENTITY_TOKEN_FILE) ||
    Boolean(env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) ||
    hasAws(found, 'default');
  const sameName = !chainFinds && hasAws(found, profile.name);
  return { profile, ...(sameName ? { awsProfile: profile.name } : {}) };
}

/** ccwb's active profile; without one named, the only one there is. */
function active(found: FoundProfiles): CcwbProfile | undefined {
  if (found.active === undefined) {
    if (found.activeError) throw found.activeError;
    if (found.profiles.length <= 1) return found.profiles[0];
    throw new AppError({
      kind: 'usage',
      message: 'ccwb has several profiles and none is active.',
      hint: `Choose with --profile: ${listOf(found.profiles.map((profile) => profile.name))}.`,
    });
  }
  const broken = found.broken.find((profile) => profile.name === found.active);
  if (broken) throw broken.error;
  const profile = found.profiles.find(({ name }) => name === found.active);
  if (profile) return profile;
  throw new AppError({
    kind: 'not-found',
    message: `ccwb's active profile ${sanitiseText(found.active)} is not there.`,
    hint: `Choose with --profile: ${listOf(found.profiles.map(({ name }) => name))}.`,
  });
}

const hasAws = (found: FoundProfiles, name: string) =>
  found.awsProfiles.some((profile) => profile.name === name);

const listOf = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
