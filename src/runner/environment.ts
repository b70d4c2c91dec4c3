import { delimiter, dirname, join } from 'node:path';

/** Places whose order decides a variable: later ones win. */
export type EnvironmentSources = {
  /** `env.variables` of the buildspec. */
  buildspec: Readonly<Record<string, string>>;
  /** Project and StartBuild variables. */
  request: Readonly<Record<string, string>>;
  /** CODEBUILD_* and AWS_REGION of this build. */
  reserved: Readonly<Record<string, string>>;
};

export type EnvironmentPlaces = {
  platform: NodeJS.Platform;
  /** The running Node's executable: its folder leads the PATH. */
  nodePath: string;
  sourceDir: string;
  homeDir: string;
  tempDir: string;
};

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** A name that a POSIX shell can hold; others cannot be handed to a command by one. */
const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function baseOf(places: EnvironmentPlaces): Record<string, string> {
  const brew = places.platform === 'darwin' ? ['/opt/homebrew/bin'] : [];
  return {
    PATH: [dirname(places.nodePath), ...brew, ...systemPath].join(delimiter),
    HOME: places.homeDir,
    TMPDIR: places.tempDir,
    LANG: places.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
    PWD: places.sourceDir,
  };
}

/**
 * The whole environment of a build's first command: nothing of the parent's process is in it. Values are literal.
 * The prefix CODEBUILD_ is reserved, and PWD is where commands begin: both are only taken from this build itself.
 */
export function composeEnvironment(
  sources: EnvironmentSources,
  places: EnvironmentPlaces,
): Map<string, string> {
  const environment = new Map(Object.entries(baseOf(places)));
  for (const source of [sources.buildspec, sources.request]) {
    for (const [name, value] of Object.entries(source)) {
      if (shellName.test(name) && !name.startsWith('CODEBUILD_') && name !== 'PWD')
        environment.set(name, value);
    }
  }
  environment.set('CODEBUILD_SRC_DIR', places.sourceDir);
  for (const [name, value] of Object.entries(sources.reserved)) {
    if (shellName.test(name)) environment.set(name, value);
  }
  return environment;
}

/** Folders and files that a build's commands live in, all under its own scratch folder. */
export function scratchPlaces(scratchDir: string): {
  homeDir: string;
  tempDir: string;
  shellDir: string;
  artifactFile: string;
} {
  return {
    homeDir: join(scratchDir, 'home'),
    tempDir: join(scratchDir, 'tmp'),
    shellDir: join(scratchDir, 'shell'),
    artifactFile: join(scratchDir, 'artifact.zip'),
  };
}
