import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { SandboxAccount } from './account.ts';
import { writeFileAtomic } from './write-file.ts';

/** What the account remembers beside its services' own data. */
export type AccountState = {
  /** Epoch milliseconds. */
  createdAt: number;
  /** Folder that builds take their source from; null for the sample project. */
  source: string | null;
};

const schema = v.object({ createdAt: v.number(), source: v.nullable(v.string()) });

/**
 * The account as it was left, or a fresh one, with its home.
 * @param source folder that builds take their source from now on; null for the sample, absent to leave it as it is.
 */
export async function openAccount(
  account: SandboxAccount,
  dir: string,
  source: string | null | undefined,
  now: number,
): Promise<AccountState> {
  const found = await readAccountState(dir, now);
  const state = source === undefined ? found : { ...found, source };
  if (state.source !== found.source) await writeAccountState(dir, state);
  await writeHome(account, state.createdAt);
  return state;
}

/** The account's state; a fresh one where there is none, or none that can be read (it holds nothing irreplaceable). */
async function readAccountState(dir: string, now: number): Promise<AccountState> {
  const text = await readFile(statePath(dir), 'utf8').catch(() => undefined);
  try {
    const parsed = v.safeParse(schema, JSON.parse(text ?? ''));
    if (parsed.success) return parsed.output;
  } catch {}
  const fresh: AccountState = { createdAt: now, source: null };
  await writeAccountState(dir, fresh);
  return fresh;
}

export async function writeAccountState(dir: string, state: AccountState): Promise<void> {
  await writeFileAtomic(statePath(dir), `${JSON.stringify(state, null, 2)}\n`);
}

/** Puts the account's ccwb configuration into its home, as ccwb's second schema has it; what lies there is left alone. */
async function writeHome(account: SandboxAccount, createdAt: number): Promise<void> {
  const ccwb = join(account.home, '.ccwb');
  const profiles = join(ccwb, 'profiles');
  await mkdir(profiles, { recursive: true, mode: 0o700 });
  const time = new Date(createdAt).toISOString();
  await writeOnce(join(profiles, `${account.profileName}.json`), {
    name: account.profileName,
    provider_domain: 'sign-in.sandbox.example',
    client_id: 'ccwb-sandbox',
    provider_type: 'okta',
    credential_storage: 'session',
    aws_region: account.region,
    codebuild_region: null,
    codebuild_prior_regions: [],
    identity_pool_name: account.poolName,
    stack_names: {
      codebuild: `${account.poolName}-codebuild`,
      distribution: `${account.poolName}-distribution`,
    },
    selected_model: null,
    selected_source_region: account.region,
    cross_region_profile: 'us',
    allowed_bedrock_regions: [account.region],
    enable_codebuild: true,
    enable_distribution: true,
    distribution_type: 'presigned-s3',
    monitoring_enabled: false,
    analytics_enabled: false,
    extra_files: [],
    schema_version: '2.0',
    created_at: time,
    updated_at: time,
  });
  await writeOnce(join(ccwb, 'config.json'), {
    schema_version: '2.0',
    active_profile: account.profileName,
    profiles_dir: profiles,
  });
}

async function writeOnce(path: string, content: object): Promise<void> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (!there) await writeFileAtomic(path, `${JSON.stringify(content, null, 2)}\n`);
}

function statePath(dir: string): string {
  return join(dir, 'account.json');
}
