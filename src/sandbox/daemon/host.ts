import { randomBytes } from 'node:crypto';
import { createRunner } from '../../runner/create-runner.ts';
import { createSandbox, type RunningSandbox, type SandboxOptions } from '../server.ts';

/** What a process needs to know of its surroundings to be a sandbox. */
export type HostOptions = Pick<
  SandboxOptions,
  'dataDir' | 'clock' | 'platform' | 'arch' | 'version' | 'sampleDir'
> & {
  /** The running Node's executable; builds find it first in their PATH. */
  nodePath: string;
};

/** The sandbox with the real runner: its builds run commands on this machine. */
export function startHost(
  options: HostOptions & Pick<SandboxOptions, 'port' | 'source' | 'idleMs' | 'log'>,
): Promise<RunningSandbox> {
  const { nodePath, ...rest } = options;
  const runBuild = createRunner({
    clock: options.clock,
    nodePath,
    platform: options.platform,
    newToken: () => randomBytes(16).toString('hex'),
  });
  return createSandbox({ ...rest, runBuild });
}
