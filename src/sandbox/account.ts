import { join } from 'node:path';
import type { Target } from '../domain/build.ts';
import { defaultPoolName } from '../domain/profile.ts';

/** The one account the sandbox holds; the same on every machine but for the target and the folder. */
export type SandboxAccount = {
  accountId: string;
  region: string;
  /** ccwb's `identity_pool_name`; stack, project and parameter names begin with it. */
  poolName: string;
  /** Name of the ccwb profile in {@link home}. */
  profileName: string;
  /** What this machine can build. */
  target: Exclude<Target, 'unknown'>;
  projectName: string;
  /** Versioned; holds source, artifacts and packages alike. */
  bucket: string;
  /** Home folder with the account's own `.ccwb`. */
  home: string;
};

/** Key of the zip that builds take their source from. */
export const sourceKey = 'source.zip';

/** Key of the zip a build leaves, as ccwb's stacks name it. */
export function artifactKey(account: SandboxAccount): string {
  return `${account.target}-binaries.zip`;
}

/** The target this machine builds natively. */
export function targetOf(platform: NodeJS.Platform, arch: string): SandboxAccount['target'] {
  if (platform === 'darwin') return arch === 'arm64' ? 'macos-arm64' : 'macos-intel';
  if (platform === 'win32') return 'windows';
  return arch === 'arm64' ? 'linux-arm64' : 'linux-x64';
}

/** The account of the sandbox that keeps its data in `dir`. */
export function sandboxAccount(options: {
  dir: string;
  platform: NodeJS.Platform;
  arch: string;
}): SandboxAccount {
  const target = targetOf(options.platform, options.arch);
  return {
    accountId: '123456789012',
    region: 'us-east-1',
    poolName: defaultPoolName,
    profileName: 'sandbox',
    target,
    projectName: `${defaultPoolName}-${target}-build`,
    bucket: `${defaultPoolName}-codebuild-buildbucket-sandbox`,
    home: join(options.dir, 'home'),
  };
}
