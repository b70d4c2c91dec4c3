import { type CcwbProfile, defaultPoolName } from './profile.ts';
import { sanitiseText } from './sanitise.ts';

/**
 * Readers of ccwb's JSON, of both generations. They take any value and never throw for a key that is missing, unknown or
 * of another type: what cannot be used is left out, as ccwb's own versions differ.
 */
type Json = Readonly<Record<string, unknown>>;

/** Names newer ccwb allows; older ones are looser, so only the newer folder is held to it. */
export const profileNamePattern = /^[a-zA-Z0-9-]{1,64}$/;

export function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const string = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? sanitiseText(value).trim() : undefined;

/** Leaves out the keys without a value. */
function present<T extends Record<string, unknown>>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Path inside the package of an entry `{name, targets, from}` of `extra_files`, or of one that is a path alone. */
const extraFile = (entry: unknown): string | undefined => string(isJsonObject(entry) ? entry.name : entry);

/** One profile as ccwb stores it, in `profiles/<name>.json` (2.x) or under `profiles` of `config.json` (before). */
export function readCcwbProfile(name: string, json: Json): CcwbProfile {
  const type = string(json.distribution_type);
  const stacks = isJsonObject(json.stack_names) ? json.stack_names : {};
  return {
    name: sanitiseText(name),
    identityPoolName: string(json.identity_pool_name) ?? defaultPoolName,
    stackNames: Object.fromEntries(
      Object.entries(stacks).flatMap(([key, value]) => {
        const stack = string(value);
        return stack ? [[key, stack]] : [];
      }),
    ),
    extraFiles: Array.isArray(json.extra_files)
      ? json.extra_files.flatMap((file) => extraFile(file) ?? [])
      : [],
    ...present({
      awsRegion: string(json.aws_region),
      codebuildRegion: string(json.codebuild_region),
      // Older files call the provider's fields after Okta.
      providerDomain: string(json.provider_domain) ?? string(json.okta_domain),
      clientId: string(json.client_id) ?? string(json.okta_client_id),
      providerType: string(json.provider_type),
      credentialStorage: string(json.credential_storage),
      selectedModel: string(json.selected_model),
      crossRegionProfile: string(json.cross_region_profile),
      cognitoUserPoolId: string(json.cognito_user_pool_id),
      monitoringEnabled: json.monitoring_enabled === true ? true : undefined,
    }),
    ...(type === 'presigned-s3' || type === 'landing-page' ? { distributionType: type } : {}),
  };
}

/** `~/.ccwb/config.json` (2.x): only which profile is active. */
export function readActiveProfile(json: Json): string | undefined {
  return string(json.active_profile);
}

/** `.ccwb-config/config.json` (before 2.0): all profiles in one file. */
export function readOldConfig(json: Json): { profiles: CcwbProfile[]; active?: string } {
  const profiles = isJsonObject(json.profiles) ? json.profiles : {};
  const active = string(json.default_profile);
  return {
    profiles: Object.entries(profiles).flatMap(([name, value]) =>
      isJsonObject(value) ? [readCcwbProfile(name, value)] : [],
    ),
    ...(active ? { active } : {}),
  };
}

/** An AWS profile as far as the program asks: its name, and the region it names. */
export type AwsProfile = { name: string; region?: string };

/**
 * The profiles of `~/.aws/config` (`[profile X]`, `[default]`) and `~/.aws/credentials` (`[X]`), without the sections that
 * are no profiles. The region of the credentials file goes first, as with the SDK.
 */
export function readAwsProfiles(files: { config?: string; credentials?: string }): AwsProfile[] {
  const regions = new Map<string, string | undefined>();
  const take = (name: string, region: string | undefined) => {
    regions.set(name, regions.get(name) ?? region);
  };
  for (const section of iniSections(files.credentials ?? '')) take(section.title, section.region);
  for (const section of iniSections(files.config ?? '')) {
    const named = /^profile\s+(.+)$/.exec(section.title)?.[1];
    if (named !== undefined) take(unquoted(named), section.region);
    else if (section.title === 'default') take('default', section.region);
  }
  return [...regions].map(([name, region]) => ({ name, ...(region ? { region } : {}) }));
}

const unquoted = (name: string) => name.trim().replace(/^(["'])(.*)\1$/, '$2');

function iniSections(text: string): { title: string; region?: string }[] {
  const sections: { title: string; region?: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const title = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (title !== undefined) {
      sections.push({ title: sanitiseText(title).trim() });
      continue;
    }
    // Indented lines belong to a nested setting (`s3 =`), whose keys are not the profile's.
    const region = /^region\s*=\s*([^\s#;]+)/.exec(line)?.[1];
    const current = sections.at(-1);
    if (region !== undefined && current) current.region = sanitiseText(region);
  }
  return sections;
}
