import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { SandboxAccount } from '../account.ts';

export const parameterTypes = ['String', 'StringList', 'SecureString'] as const;
export const parameterTiers = ['Standard', 'Advanced'] as const;

const versionSchema = v.object({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  value: v.string(),
  /** Epoch milliseconds. */
  modified: v.number(),
  tier: v.picklist(parameterTiers),
  description: v.exactOptional(v.string()),
});

const parameterSchema = v.object({
  name: v.string(),
  type: v.picklist(parameterTypes),
  dataType: v.string(),
  /** Of a SecureString. */
  keyId: v.exactOptional(v.string()),
  /** Oldest first; there is at least one. */
  versions: v.pipe(v.array(versionSchema), v.minLength(1)),
});

/** What lies on disk. */
export const parametersSchema = v.object({ parameters: v.array(parameterSchema) });

export type Parameter = v.InferOutput<typeof parameterSchema>;
export type ParameterVersion = v.InferOutput<typeof versionSchema>;

export function newestOf(parameter: Parameter): ParameterVersion {
  return parameter.versions[parameter.versions.length - 1] as ParameterVersion;
}

export function arnOf(account: SandboxAccount, name: string): string {
  const path = name.startsWith('/') ? name : `/${name}`;
  return `arn:aws:ssm:${account.region}:${account.accountId}:parameter${path}`;
}

/** A version as GetParameter answers it; times are epoch seconds on this wire. */
export function parameterJson(
  account: SandboxAccount,
  parameter: Parameter,
  version: ParameterVersion,
  options: { decrypt: boolean; selector?: string | undefined },
): object {
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: shownValue(parameter, version, options.decrypt),
    Version: version.version,
    ...(options.selector === undefined ? {} : { Selector: options.selector }),
    LastModifiedDate: version.modified / 1000,
    ARN: arnOf(account, parameter.name),
    DataType: parameter.dataType,
  };
}

/** A version as GetParameterHistory answers it. */
export function historyJson(
  account: SandboxAccount,
  parameter: Parameter,
  version: ParameterVersion,
  decrypt: boolean,
): object {
  return {
    Name: parameter.name,
    Type: parameter.type,
    ...(parameter.keyId === undefined ? {} : { KeyId: parameter.keyId }),
    LastModifiedDate: version.modified / 1000,
    LastModifiedUser: `arn:aws:iam::${account.accountId}:user/sandbox`,
    ...(version.description === undefined ? {} : { Description: version.description }),
    Value: shownValue(parameter, version, decrypt),
    Version: version.version,
    Labels: [],
    Tier: version.tier,
    Policies: [],
    DataType: parameter.dataType,
  };
}

function shownValue(parameter: Parameter, version: ParameterVersion, decrypt: boolean): string {
  return parameter.type === 'SecureString' && !decrypt ? ciphertext(parameter.name, version) : version.value;
}

/**
 * What is answered for a SecureString without decryption: base64 that looks like KMS's and says nothing but roughly
 * how long the value is. The same version always gives the same.
 */
function ciphertext(name: string, version: ParameterVersion): string {
  const length = Buffer.byteLength(version.value) + 150;
  const blocks: Buffer[] = [];
  for (let at = 0; at * 64 < length; at += 1) {
    blocks.push(createHash('sha512').update(`${at} ${version.version} ${version.modified} ${name}`).digest());
  }
  return `AQICAHh${Buffer.concat(blocks).subarray(0, length).toString('base64').slice(7)}`;
}
