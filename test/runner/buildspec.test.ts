import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBuildspec } from '../../src/runner/buildspec.ts';
import { BuildspecError } from '../../src/runner/buildspec-yaml.ts';
import { readBuildspec } from '../../src/runner/locate-buildspec.ts';
import { makeWorkspace, runBuildspec } from './run-buildspec.ts';

function refusal(text: string): string {
  try {
    parseBuildspec(text);
  } catch (error) {
    if (error instanceof BuildspecError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('a buildspec is read', () => {
  test('with everything that a build here obeys', () => {
    const spec = parseBuildspec(`version: 0.2
env:
  shell: bash
  variables: { A: 010, B: "", C: no }
phases:
  install:
    runtime-versions: { nodejs: 22 }
    commands: npm ci
  build:
    run-as: root
    on-failure: CONTINUE
    commands:
      - &hello echo hello
      - *hello
      - 1.0
    finally: [cleanup]
  post_build:
    commands:
artifacts:
  base-directory: out
  files: ["**/*", x]
  exclude-paths: ["**/*.map"]
  discard-paths: Yes
cache: { paths: [a] }
`);
    expect(spec).toEqual({
      shell: 'bash',
      variables: { A: '010', B: '', C: 'no' },
      phases: {
        INSTALL: { commands: ['npm ci'], finally: [] },
        BUILD: { commands: ['echo hello', 'echo hello', '1.0'], finally: ['cleanup'], onFailure: 'CONTINUE' },
        POST_BUILD: { commands: [], finally: [] },
      },
      artifacts: {
        baseDirectory: 'out',
        files: ['**/*', 'x'],
        excludePaths: ['**/*.map'],
        discardPaths: true,
        enableSymlinks: false,
      },
      notes: [
        'cache is left out on this machine.',
        "Runtime version of 'nodejs' is not selected: commands use what is on the PATH.",
        'run-as of phase build is left out: commands run as the user who started the runner.',
      ],
    });
  });

  test('with merge keys', () => {
    const spec = parseBuildspec(
      'version: 0.2\nx: &base\n  on-failure: ABORT\nphases:\n  build:\n    <<: *base\n    commands: [a]\n',
    );
    expect(spec.phases.BUILD).toEqual({ commands: ['a'], finally: [], onFailure: 'ABORT' });
  });
});

describe('a buildspec is refused', () => {
  test.each([
    ['', 'YAML_FILE_ERROR: wrong number of container tags, expected 1'],
    ['- a', 'YAML_FILE_ERROR: wrong number of container tags, expected 1'],
    [
      'version: 0.2\nphases:\n\tbuild: {}',
      'YAML_FILE_ERROR: found character that cannot start any token at line 3',
    ],
    ['version: 0.2\nx: [a, b\ny: 1', "YAML_FILE_ERROR: did not find expected ',' or ']' at line 3"],
    [
      'version: 0.2\nphases: a: b',
      'YAML_FILE_ERROR: mapping values are not allowed in this context at line 2',
    ],
    [
      'version: 0.2\nx: *nowhere',
      'YAML_FILE_ERROR: unresolved alias (the anchor must be set before the alias): nowhere',
    ],
    ['phases: {}', 'YAML_FILE_ERROR: buildspec version is missing; expecting version: 0.2'],
    [
      'version: 0.1',
      'YAML_FILE_ERROR: buildspec version 0.1 is not supported on this machine; expecting 0.2',
    ],
    [
      'version: 0.2\nphases: { prebuild: {} }',
      'YAML_FILE_ERROR: invalid buildspec phase name: prebuild. Expecting: build,install,post_build,pre_build',
    ],
    [
      'version: 0.2\nphases: { toString: {} }',
      'YAML_FILE_ERROR: invalid buildspec phase name: toString. Expecting: build,install,post_build,pre_build',
    ],
    [
      'version: 0.2\nphases:\n  build:\n    commands:\n      - a\n      - b: c\n',
      'YAML_FILE_ERROR: Expected Commands[1] to be of string type: found subkeys instead at line 6, value of the key tag on line 5 might be empty',
    ],
    ['version: 0.2\nphases: [a]', 'YAML_FILE_ERROR: Expected phases to be a mapping'],
    [
      'version: 0.2\nenv: { shell: powershell.exe }',
      'YAML_FILE_ERROR: shell powershell.exe is not supported on this machine; expecting bash or /bin/sh',
    ],
    [
      'version: 0.2\nenv: { variables: { A: [b] } }',
      'YAML_FILE_ERROR: Expected env variable A to be of string type',
    ],
    [
      'version: 0.2\nphases: { build: { on-failure: RETRY } }',
      'YAML_FILE_ERROR: on-failure: RETRY in phase build is not supported on this machine; expecting ABORT or CONTINUE',
    ],
    ['version: 0.2\nartifacts: { name: x }', 'YAML_FILE_ERROR: artifacts: files must name at least one file'],
    ['version: 0.2\nbatch: {}', 'YAML_FILE_ERROR: batch builds are not supported on this machine'],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  test.each(['parameter-store', 'secrets-manager'])('with variables of env/%s, naming them', (kind) => {
    expect(refusal(`version: 0.2\nenv:\n  ${kind}:\n    TOKEN: /a/b\n`)).toMatch(
      new RegExp(`^CLIENT_ERROR: env/${kind} is not supported on this machine \\(TOKEN\\)`),
    );
  });

  test('when it is a bomb', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(refusal(`version: 0.2\nl0: &l0 x\n${levels.join('\n')}`)).toMatch(
      /^YAML_FILE_ERROR: excessive alias count/,
    );
    expect(refusal(`version: 0.2\nx: ${'['.repeat(100_000)}`)).toMatch(/^YAML_FILE_ERROR: /);
    expect(refusal(`version: 0.2\nx: ${'a'.repeat(300_000)}`)).toBe(
      'YAML_FILE_ERROR: the file is larger than 256 KB',
    );
  });

  test('never with anything but a BuildspecError', () => {
    const piece = fc.constantFrom(
      'version: 0.2',
      'phases:',
      ' build:',
      '  commands:',
      '   - a',
      '\n',
      '&a',
      '*a',
      '<<: ',
      '{',
      '[',
      '"',
      ': ',
      '!!x ',
      '|',
      '\t',
      '---',
      '__proto__: ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 20 }), (pieces) => {
        expect(typeof refusal(pieces.join(''))).toBe('string');
      }),
    );
  });
});

describe('a refused buildspec fails DOWNLOAD_SOURCE', () => {
  test('in the words of CodeBuild where there is none', async () => {
    const workspace = await makeWorkspace();
    const { text, phases, ended } = await runBuildspec(undefined, { workspace });
    const message = `stat ${workspace.sourceDir}/buildspec.yml: no such file or directory`;
    expect(ended.status).toBe('FAILED');
    expect(phases).toEqual(['DOWNLOAD_SOURCE FAILED']);
    expect(text.slice(-2)).toEqual([
      'Phase complete: DOWNLOAD_SOURCE State: FAILED',
      `Phase context status code: YAML_FILE_ERROR Message: ${message}`,
    ]);
  });

  test.each(['../elsewhere.yml', '/etc/passwd', 'sub', 'arn:aws:s3:::bucket/key'])('at %s', async (path) => {
    const { phases, text } = await runBuildspec(path, { files: { 'sub/x': '' } });
    expect(phases).toEqual(['DOWNLOAD_SOURCE FAILED']);
    expect(text.at(-1)).toMatch(/YAML_FILE_ERROR Message: (stat \/|a buildspec in S3)/);
  });

  test('a path of its own is read', async () => {
    const { ended } = await runBuildspec('ci/spec.yml', { files: { 'ci/spec.yml': 'version: 0.2' } });
    expect(ended.status).toBe('SUCCEEDED');
  });
});

describe('what would hold up the sandbox is refused before it is parsed', () => {
  const refused = { code: 'YAML_FILE_ERROR', message: expect.stringContaining('nested too deeply') };
  test.each([
    ['lists', `phases: ${'['.repeat(200_000)}`],
    ['mappings', `phases: ${'{a: '.repeat(40_000)}`],
    ['items', `phases:\n  ${'- '.repeat(100_000)}a`],
    ['keys', `phases:\n  ${'? '.repeat(100_000)}a`],
    ['anchors', `phases: ${'&a '.repeat(50_000)}a`],
  ])('%s', (_, text) => {
    expect(() => parseBuildspec(`version: 0.2\n${text}`)).toThrow(expect.objectContaining(refused));
  });

  test('brackets within commands are text', () => {
    const command = `echo ${'[{'.repeat(500)}`;
    const spec = parseBuildspec(
      `version: 0.2\nphases:\n  build:\n    commands:\n${`      - ${command}\n      - "${command}"\n`.repeat(60)}`,
    );
    expect(spec.phases.BUILD?.commands).toEqual(Array(120).fill(command));
  });

  test('a file is measured before it is read', async () => {
    const { sourceDir } = await makeWorkspace();
    const path = join(sourceDir, 'buildspec.yml');
    await writeFile(path, '');
    // Larger than a string can be: it could not be read at all.
    await truncate(path, 2 ** 32);
    await expect(readBuildspec(path)).rejects.toMatchObject({ message: 'the file is larger than 256 KB' });
  });
});
