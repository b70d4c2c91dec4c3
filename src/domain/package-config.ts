import { jsonFault } from './json-fault.ts';
import type { Deployment } from './profile.ts';

/** Name of the AWS profile that the installers set up, and of the entry in `config.json`. */
export const installedProfile = 'ClaudeCode';

/** A profile that an installer sets up on the machine of the one who installs. */
export type InstalledProfile = { name: string; region?: string };

const indent = 2;

/**
 * `config.json` as the sign-in binary reads it, from what profile and stacks tell. `missing` names the fields
 * without which signing in cannot work; they are left out, never invented.
 */
export function configJson(deployment: Deployment): { text: string; missing: string[] } {
  const { profile } = deployment;
  const entry = {
    provider_domain: profile.providerDomain,
    client_id: profile.clientId,
    identity_pool_id: deployment.identityPoolId,
    aws_region: profile.awsRegion ?? deployment.region,
    provider_type: profile.providerType,
    credential_storage: profile.credentialStorage,
    cross_region_profile: profile.crossRegionProfile,
    cognito_user_pool_id: profile.cognitoUserPoolId,
    selected_model: profile.selectedModel,
  };
  const required = ['provider_domain', 'client_id', 'identity_pool_id'] as const;
  return {
    text: `${JSON.stringify({ [installedProfile]: entry }, undefined, indent)}\n`,
    missing: required.filter((key) => !entry[key]),
  };
}

/**
 * Claude Code's `settings.json`. The installers put the real path in the place of `__OTEL_HELPER_PATH__`,
 * as ccwb's own installers do.
 */
export function settingsJson(deployment: Deployment, profileName: string, withOtelHelper: boolean): string {
  const { profile } = deployment;
  const settings = {
    // First, on a line that ends in a comma: an installer without a helper can leave it out.
    ...(withOtelHelper ? { otelHeadersHelper: '__OTEL_HELPER_PATH__' } : {}),
    env: {
      AWS_REGION: profile.awsRegion ?? deployment.region,
      CLAUDE_CODE_USE_BEDROCK: '1',
      AWS_PROFILE: profileName,
      ...(profile.selectedModel ? { ANTHROPIC_MODEL: profile.selectedModel } : {}),
    },
  };
  return `${JSON.stringify(settings, undefined, indent)}\n`;
}

/**
 * The profiles that a `config.json` is for. What could not stand in a script or an INI file as it is, is left out.
 * Undefined where the text is no such file.
 */
export function profilesOfConfig(text: string): InstalledProfile[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const profiles = Object.entries(value).flatMap(([name, fields]): InstalledProfile[] => {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name) || typeof fields !== 'object' || fields === null) return [];
    if (Array.isArray(fields)) return [];
    const region = (fields as Record<string, unknown>).aws_region;
    const isRegion = typeof region === 'string' && /^[a-z]{2}(-[a-z0-9]+){2,4}$/.test(region);
    return [isRegion ? { name, region } : { name }];
  });
  return profiles.length > 0 ? profiles : undefined;
}

/** Why `profilesOfConfig` has nothing for this text, as the end of a sentence that begins with the file's name. */
export function configFault(text: string): string {
  // Neither Python nor JavaScript reads it as JSON: the sign-in program could not either.
  if (text.startsWith('\uFEFF'))
    return 'begins with a byte order mark (BOM), with which no sign-in program reads it';
  const fault = jsonFault(text);
  if (fault) return `is not JSON: line ${fault.line}, column ${fault.column}`;
  return 'names no profile that could be installed';
}
