import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { ProfilesService } from '../domain/ports/profiles.ts';
import type { CcwbProfile } from '../domain/profile.ts';
import {
  type AwsProfile,
  isJsonObject,
  profileNamePattern,
  readActiveProfile,
  readAwsProfiles,
  readCcwbProfile,
  readOldConfig,
} from '../domain/profile-files.ts';
import { sanitiseText } from '../domain/sanitise.ts';
import { cleanText } from './clean-text.ts';

export type ProfilesOptions = {
  /** Folder that holds `.ccwb` and `.aws`. */
  home: string;
  /** Where older ccwb's `.ccwb-config` is looked for, and in its parents; absent → nowhere. */
  cwd?: string;
  /** Environment; only AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are read. */
  env: Readonly<Record<string, string | undefined>>;
};

/** Everything found, the broken files too: they matter only to who asks for them. */
export type FoundProfiles = {
  profiles: CcwbProfile[];
  /** Profile files that are there but cannot be read. */
  broken: { name: string; error: AppError }[];
  active?: string;
  /** Set where the file that names the active profile is broken. */
  activeError?: AppError;
  awsProfiles: AwsProfile[];
};

/** Paths of the AWS files, as the SDK would take them. */
export function awsFiles({ home, env }: ProfilesOptions): { configFile: string; credentialsFile: string } {
  return {
    configFile: env.AWS_CONFIG_FILE || join(home, '.aws', 'config'),
    credentialsFile: env.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials'),
  };
}

export function createProfiles(options: ProfilesOptions): ProfilesService {
  return {
    async list() {
      const found = await findProfiles(options);
      const error = found.activeError ?? found.broken[0]?.error;
      // With nothing usable the broken file is the answer; beside good ones it is told when it is chosen.
      if (error && found.profiles.length === 0) throw error;
      return {
        profiles: found.profiles,
        ...(found.active ? { active: found.active } : {}),
        awsProfiles: found.awsProfiles.map((profile) => profile.name),
      };
    },
  };
}

/** Reads the profiles of both ccwb generations (the newer one wins a name) and of AWS. */
export async function findProfiles(options: ProfilesOptions): Promise<FoundProfiles> {
  const [modern, old, awsProfiles] = await Promise.all([
    readModern(options.home),
    readOld(options.cwd),
    readAws(options),
  ]);
  const known = new Set([...modern.profiles, ...modern.broken].map(({ name }) => name));
  const active = modern.active ?? old.active;
  const activeError = modern.activeError ?? old.error;
  return {
    profiles: [...modern.profiles, ...old.profiles.filter(({ name }) => !known.has(name))],
    broken: modern.broken,
    ...(active ? { active } : {}),
    ...(activeError ? { activeError } : {}),
    awsProfiles,
  };
}

/** `~/.ccwb` of ccwb 2.x. */
async function readModern(home: string) {
  const root = join(home, '.ccwb');
  const config = await readJson(join(root, 'config.json'));
  const json = config && 'json' in config ? config.json : {};
  const dir =
    typeof json.profiles_dir === 'string' ? within(home, root, json.profiles_dir) : join(root, 'profiles');
  const profiles: CcwbProfile[] = [];
  const broken: { name: string; error: AppError }[] = [];
  for (const file of await filesOf(dir)) {
    const name = file.slice(0, -'.json'.length);
    if (!file.endsWith('.json') || !profileNamePattern.test(name)) continue;
    const read = await readJson(join(dir, file));
    if (read && 'json' in read) profiles.push(readCcwbProfile(name, read.json));
    else if (read) broken.push({ name, error: read.error });
  }
  const active = readActiveProfile(json);
  return {
    profiles,
    broken,
    ...(active ? { active } : {}),
    ...(config && 'error' in config ? { activeError: config.error } : {}),
  };
}

/** ccwb's own value is an absolute path, or one that begins with `~`. */
function within(home: string, root: string, dir: string): string {
  if (dir.startsWith('~/')) return join(home, dir.slice(2));
  return isAbsolute(dir) ? dir : resolve(root, dir);
}

/** `.ccwb-config/config.json` before ccwb 2.0: in the folder or a parent, at its root or in its `source`. */
async function readOld(
  cwd: string | undefined,
): Promise<{ profiles: CcwbProfile[]; active?: string; error?: AppError }> {
  for (let folder = cwd; folder !== undefined; folder = parentOf(folder)) {
    for (const root of [folder, join(folder, 'source')]) {
      const read = await readJson(join(root, '.ccwb-config', 'config.json'));
      if (read && 'error' in read) return { profiles: [], error: read.error };
      if (read) return readOldConfig(read.json);
    }
  }
  return { profiles: [] };
}

function parentOf(folder: string): string | undefined {
  const parent = dirname(folder);
  return parent === folder ? undefined : parent;
}

async function readAws(options: ProfilesOptions): Promise<AwsProfile[]> {
  const { configFile, credentialsFile } = awsFiles(options);
  const [config, credentials] = await Promise.all([readText(configFile), readText(credentialsFile)]);
  return readAwsProfiles({
    ...(config && 'text' in config ? { config: config.text } : {}),
    ...(credentials && 'text' in credentials ? { credentials: credentials.text } : {}),
  });
}

async function filesOf(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch {
    return [];
  }
}

type Read<T> = T | { error: AppError } | undefined;

/** Undefined where there is no such file. */
async function readText(path: string): Promise<Read<{ text: string }>> {
  try {
    return { text: await readFile(path, 'utf8') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return { error: unreadable(path, cleanText(message), error) };
  }
}

async function readJson(path: string): Promise<Read<{ json: Readonly<Record<string, unknown>> }>> {
  const read = await readText(path);
  if (!read || 'error' in read) return read;
  try {
    const json: unknown = JSON.parse(read.text);
    return isJsonObject(json) ? { json } : { error: unreadable(path, 'it holds no JSON object') };
  } catch (error) {
    return { error: unreadable(path, 'it is not JSON', error) };
  }
}

function unreadable(path: string, why: string, cause?: unknown): AppError {
  return new AppError({
    kind: 'usage',
    message: `ccwb's file ${sanitiseText(path)} cannot be used: ${why}.`,
    hint: 'Mend it, or make it anew with ccwb init.',
    cause,
  });
}
