import { loadProfile } from '../shared/config.js';
import { sampleIdentity } from '../shared/identity.js';
import { parseOptions } from '../shared/options.js';
import { programFolder, runProgram } from '../shared/program.js';
import { versionLine } from '../shared/version.js';
import { sampleCredentials } from './credentials.js';

const name = 'credential-process';

const help = `Usage: ${name} [--profile NAME] [--version] [--help]
Prints AWS credentials as JSON, for credential_process in ~/.aws/config.
This is the sample of ccwb-tui's sandbox: its credentials are no real ones.`;

/** What the program prints for these arguments. Throws a Failure. */
export function answer(args, folder, now) {
  const options = parseOptions(args, { profile: 'value', version: 'flag', help: 'flag' });
  if (options.help) return help;
  if (options.version) return versionLine(name);
  const profileName = options.profile ?? 'ClaudeCode';
  loadProfile(folder, profileName);
  return JSON.stringify(sampleCredentials(sampleIdentity, profileName, now), null, 2);
}

/** Called by the executable that the compiler makes. */
export function start(system) {
  const folder = programFolder(system.path);
  return runProgram(name, () => answer(system.args, folder, system.now), system);
}
