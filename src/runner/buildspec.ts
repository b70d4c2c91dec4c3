import { BuildspecError, parseYaml, type YamlFile, type YamlValue } from './buildspec-yaml.ts';

/** The phases that a buildspec fills, in the order they run. */
export const commandPhases = ['INSTALL', 'PRE_BUILD', 'BUILD', 'POST_BUILD'] as const;
export type CommandPhase = (typeof commandPhases)[number];

export type OnFailure = 'ABORT' | 'CONTINUE';

export type PhaseSpec = {
  commands: string[];
  /** Run after `commands` whether they succeeded or not. */
  finally: string[];
  onFailure?: OnFailure;
};

export type ArtifactsSpec = {
  files: string[];
  excludePaths: string[];
  /** Relative to the source, may be a glob; absent → the source itself. */
  baseDirectory?: string;
  discardPaths: boolean;
  enableSymlinks: boolean;
};

export type Buildspec = {
  shell: 'sh' | 'bash';
  /** `env.variables`: literal values, weaker than the project's and the build's. */
  variables: Record<string, string>;
  phases: Partial<Record<CommandPhase, PhaseSpec>>;
  artifacts?: ArtifactsSpec;
  /** What the file asks for and this machine leaves out, one sentence each, for the log. */
  notes: string[];
};

type YamlMap = { [key: string]: YamlValue };

const phaseKeys: Record<string, CommandPhase> = {
  install: 'INSTALL',
  pre_build: 'PRE_BUILD',
  build: 'BUILD',
  post_build: 'POST_BUILD',
};

function isMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && !Array.isArray(value);
}

/** The mapping at `key`; an empty value counts as an empty mapping. */
function mapAt(parent: YamlMap, key: string): YamlMap {
  const value = parent[key];
  if (value === undefined || value === '') return {};
  if (!isMap(value)) throw new BuildspecError(`Expected ${key} to be a mapping`);
  return value;
}

function textAt(parent: YamlMap, key: string): string | undefined {
  const value = parent[key];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new BuildspecError(`Expected ${key} to be of string type`);
  return value;
}

/** YAML 1.1's truth words, as CodeBuild's examples write them (`discard-paths: yes`). */
function flagAt(parent: YamlMap, key: string): boolean {
  return /^(yes|true|on|y)$/i.test(textAt(parent, key) ?? '');
}

/** A list of strings. A single string counts as a list of one. */
function listAt(file: YamlFile, parent: YamlMap, path: readonly string[]): string[] {
  const key = path[path.length - 1] ?? '';
  const value = parent[key];
  if (value === undefined || value === '') return [];
  if (typeof value === 'string') return [value];
  const name = key.charAt(0).toUpperCase() + key.slice(1);
  if (!Array.isArray(value)) throw new BuildspecError(`Expected ${name} to be a list of strings`);
  return value.map((item, index) => {
    if (typeof item === 'string') return item;
    const line = file.lineOf([...path, index]);
    const before = line === undefined ? 'before it' : `on line ${line - 1}`;
    throw new BuildspecError(
      `Expected ${name}[${index}] to be of string type: found subkeys instead` +
        `${line === undefined ? '' : ` at line ${line}`}, value of the key tag ${before} might be empty`,
    );
  });
}

function readPhase(file: YamlFile, phases: YamlMap, key: string, notes: string[]): PhaseSpec {
  const phase = mapAt(phases, key);
  const onFailure = textAt(phase, 'on-failure');
  if (onFailure !== undefined && onFailure !== 'ABORT' && onFailure !== 'CONTINUE') {
    throw new BuildspecError(
      `on-failure: ${onFailure} in phase ${key} is not supported on this machine; expecting ABORT or CONTINUE`,
    );
  }
  if (textAt(phase, 'run-as') !== undefined) {
    notes.push(`run-as of phase ${key} is left out: commands run as the user who started the runner.`);
  }
  for (const runtime of Object.keys(mapAt(phase, 'runtime-versions'))) {
    notes.push(`Runtime version of '${runtime}' is not selected: commands use what is on the PATH.`);
  }
  return {
    commands: listAt(file, phase, ['phases', key, 'commands']),
    finally: listAt(file, phase, ['phases', key, 'finally']),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

function selectsRuntime(phase: YamlValue): boolean {
  return isMap(phase) && phase['runtime-versions'] !== undefined;
}

function readPhases(file: YamlFile, notes: string[]): Buildspec['phases'] {
  const phases = mapAt(file.root, 'phases');
  const found: Buildspec['phases'] = {};
  for (const key of Object.keys(phases)) {
    const phase = phaseKeys[key];
    if (phase === undefined || !Object.hasOwn(phaseKeys, key)) {
      const known = Object.keys(phaseKeys).sort().join(',');
      throw new BuildspecError(`invalid buildspec phase name: ${key}. Expecting: ${known}`);
    }
    found[phase] = readPhase(file, phases, key, notes);
  }
  return found;
}

function readEnv(
  root: YamlMap,
  notes: string[],
): { shell: 'sh' | 'bash'; variables: Record<string, string> } {
  const env = mapAt(root, 'env');
  for (const key of ['parameter-store', 'secrets-manager']) {
    const names = Object.keys(mapAt(env, key));
    if (names.length > 0) {
      throw new BuildspecError(
        `env/${key} is not supported on this machine (${names.join(', ')}): a build here holds no AWS credentials; ` +
          'give plain values under env/variables instead',
        'CLIENT_ERROR',
      );
    }
  }
  const shell = textAt(env, 'shell') ?? 'sh';
  if (!/^(\/bin\/sh|sh|\/bin\/bash|bash)$/.test(shell)) {
    throw new BuildspecError(`shell ${shell} is not supported on this machine; expecting bash or /bin/sh`);
  }
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(mapAt(env, 'variables'))) {
    if (typeof value !== 'string')
      throw new BuildspecError(`Expected env variable ${name} to be of string type`);
    variables[name] = value;
  }
  if (env['exported-variables'] !== undefined) {
    notes.push('exported-variables are left out: nothing after this build reads them.');
  }
  return { shell: shell.endsWith('bash') ? 'bash' : 'sh', variables };
}

function readArtifacts(file: YamlFile, notes: string[]): ArtifactsSpec | undefined {
  const { artifacts } = file.root;
  if (artifacts === undefined || artifacts === '') return undefined;
  const section = mapAt(file.root, 'artifacts');
  if (section['secondary-artifacts'] !== undefined) {
    notes.push('secondary-artifacts are left out: this project has one artifact.');
  }
  const files = listAt(file, section, ['artifacts', 'files']);
  if (files.length === 0) throw new BuildspecError('artifacts: files must name at least one file');
  const baseDirectory = textAt(section, 'base-directory');
  return {
    files,
    excludePaths: listAt(file, section, ['artifacts', 'exclude-paths']),
    discardPaths: flagAt(section, 'discard-paths'),
    enableSymlinks: flagAt(section, 'enable-symlinks'),
    ...(baseDirectory === undefined ? {} : { baseDirectory }),
  };
}

/**
 * Reads a buildspec of version 0.2.
 * @throws BuildspecError in CodeBuild's words where they are known, in plain ones where something is left out here.
 */
export function parseBuildspec(text: string): Buildspec {
  const file = parseYaml(text);
  const version = textAt(file.root, 'version');
  if (version === undefined) throw new BuildspecError('buildspec version is missing; expecting version: 0.2');
  if (version !== '0.2') {
    throw new BuildspecError(`buildspec version ${version} is not supported on this machine; expecting 0.2`);
  }
  const notes: string[] = [];
  if (file.root.batch !== undefined)
    throw new BuildspecError('batch builds are not supported on this machine');
  for (const key of ['cache', 'reports', 'proxy']) {
    if (file.root[key] !== undefined) notes.push(`${key} is left out on this machine.`);
  }
  const { shell, variables } = readEnv(file.root, notes);
  const phases = readPhases(file, notes);
  if (isMap(file.root.phases) && !Object.values(file.root.phases).some(selectsRuntime)) {
    notes.push('No runtime version selected in buildspec.');
  }
  const artifacts = readArtifacts(file, notes);
  return { shell, variables, phases, notes, ...(artifacts === undefined ? {} : { artifacts }) };
}
