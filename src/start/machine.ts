import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { GlobalOptions } from '../commands/context.ts';
import type { TerminalSettings } from '../domain/settings.ts';
import { createSandboxControl } from '../sandbox/daemon/control.ts';
import { systemClock } from '../services/clock.ts';
import { createConnect } from '../services/connect.ts';
import { systemProcesses } from '../services/distributions/processes.ts';
import { createLogFiles } from '../services/log-files.ts';
import { createProfiles } from '../services/profiles.ts';
import { createSettings } from '../services/settings.ts';
import { readCapabilities } from '../terminal/capabilities.ts';
import { programFolders } from './folders.ts';
import { daemonScript, revision, sampleFolder } from './package-info.ts';
import { version } from './version.ts';

/** What both the commands and the full-screen program stand on. */
export type Machine = ReturnType<typeof createMachine>;

/** Made once, of the process's environment and folders; `notify` is told what the user should know. */
export function createMachine(
  process: NodeJS.Process,
  options: GlobalOptions,
  notify: (message: string) => void,
) {
  const { env } = process;
  const home = env.HOME || homedir();
  const folders = programFolders(process.platform, env, home);
  const clock = systemClock;
  const machine = { clock, platform: process.platform, arch: process.arch };
  const sandbox = createSandboxControl({
    ...machine,
    version: revision,
    dataDir: folders.data,
    sampleDir: sampleFolder,
    nodePath: process.execPath,
    daemonArgv: [daemonScript],
    env,
    notify,
  });
  const settings = createSettings({ dir: folders.config });
  const systemTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const connect = createConnect({
    clock,
    random: Math.random,
    version,
    env,
    cwd: process.cwd(),
    dataDir: folders.data,
    // Not the machine's temporary folder: whoever makes a folder there first could swap what is packed.
    tempDir: join(folders.data, 'work'),
    newId: () => randomBytes(8).toString('hex'),
    processes: systemProcesses,
    timeZone: () => (settings.read().timeZone === 'utc' ? 'UTC' : systemTimeZone),
  });
  return {
    home,
    dataDir: folders.data,
    clock,
    sandbox,
    connect,
    settings,
    files: createLogFiles({ cwd: process.cwd(), home }),
    profiles: createProfiles({ home, cwd: process.cwd(), env }),
    /** What the terminal can do, by the settings. */
    capabilities: (forced: TerminalSettings) => readCapabilities(env, options, forced),
    systemTimeZone,
  };
}
