import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.js';

/** A profile's name, as ccwb accepts it. */
export function isProfileName(name) {
  return /^[A-Za-z0-9-]{1,64}$/.test(name);
}

/** The profile `name` of config.json's text. Throws a Failure that names the profiles there are. */
export function pickProfile(text, name) {
  let config;
  try {
    config = JSON.parse(text);
  } catch {
    throw new Failure('config.json is not JSON; install again');
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new Failure('config.json holds no profiles; install again');
  }
  // ccwb 2 puts the profiles one level deeper.
  const profiles = typeof config.profiles === 'object' && config.profiles !== null ? config.profiles : config;
  if (Object.hasOwn(profiles, name) && typeof profiles[name] === 'object' && profiles[name] !== null) {
    return profiles[name];
  }
  const known = Object.keys(profiles).filter(isProfileName).join(', ') || 'none';
  throw new Failure(`config.json has no profile ${name}; it has: ${known}`);
}

/** The profile from the config.json in `folder`; an empty one where there is no such file. */
export function loadProfile(folder, name) {
  if (!isProfileName(name)) throw new Failure(`not a profile name: ${JSON.stringify(name)}`, 2);
  let text;
  try {
    text = readFileSync(join(folder, 'config.json'), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw new Failure(`cannot read config.json (${error.code})`);
  }
  return pickProfile(text, name);
}
