import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What settles which account is opened and which of its builds are listed. */
export type AccountChoice = {
  target: { place: 'aws' | 'sandbox'; profileName?: string };
  region?: string;
  endpointUrl?: string;
  project?: string;
  source?: string | null;
};

/**
 * A name for the account a choice leads to now: it changes with everything that could lead elsewhere, the profile files
 * of ccwb and AWS and the environment included, so that what is kept under it is never shown for another account. Of
 * the credentials, only what is no secret counts. Hex; nothing can be read out of it.
 */
export function accountMark(
  choice: AccountChoice,
  { home, cwd, env }: { home: string; cwd: string; env: Environment },
): string {
  const { target, region, endpointUrl, project, source } = choice;
  const hash = createHash('sha256');
  const add = (part: string | Buffer | undefined) =>
    hash.update(part === undefined ? '-' : `+${part.length}:`).update(part ?? '');
  add(target.place);
  for (const part of [target.profileName, region, endpointUrl, project]) add(part);
  if (target.place === 'sandbox') {
    add(source ?? undefined);
  } else {
    for (const name of Object.keys(env).filter(isTelling).sort()) add(`${name}=${env[name]}`);
    for (const path of filesOf(home, cwd, env)) add(contentOf(path));
    add(openPartOf(env.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials')));
  }
  return hash.digest('hex').slice(0, 32);
}

const isTelling = (name: string) =>
  name.startsWith('AWS_') && !['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].includes(name);

function filesOf(home: string, cwd: string, env: Environment): string[] {
  const root = join(home, '.ccwb');
  const config = join(root, 'config.json');
  const profiles = profilesDir(home, root, contentOf(config));
  return [
    config,
    ...entriesOf(profiles).map((name) => join(profiles, name)),
    env.AWS_CONFIG_FILE || join(home, '.aws', 'config'),
    ...oldConfigs(cwd),
  ];
}

/** Where ccwb's configuration says that its profiles are. */
function profilesDir(home: string, root: string, config: Buffer | undefined): string {
  try {
    const dir: unknown = JSON.parse(String(config)).profiles_dir;
    if (typeof dir !== 'string') return join(root, 'profiles');
    if (dir.startsWith('~/')) return join(home, dir.slice(2));
    return isAbsolute(dir) ? dir : resolve(root, dir);
  } catch {
    return join(root, 'profiles');
  }
}

/** Where ccwb before 2.0 may have its configuration. */
function oldConfigs(cwd: string): string[] {
  const paths: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const root of [folder, join(folder, 'source')]) {
      paths.push(join(root, '.ccwb-config', 'config.json'));
    }
    if (dirname(folder) === folder) return paths;
  }
}

/** Which keys a credentials file holds, without what they are kept secret by. */
function openPartOf(path: string): string | undefined {
  const lines = contentOf(path)?.toString('utf8').split('\n');
  return lines?.filter((line) => !/secret|token/i.test(line)).join('\n');
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function entriesOf(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return [];
  }
}
