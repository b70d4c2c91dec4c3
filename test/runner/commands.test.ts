import { describe, expect, test } from 'vitest';
import { runBuildspec } from './run-buildspec.ts';

/** A buildspec whose phases hold these commands. */
function spec(phases: Record<string, string[]>, extra = ''): string {
  const parts = Object.entries(phases).map(
    ([phase, commands]) =>
      `  ${phase}:\n    commands:\n${commands.map((c) => `      - ${JSON.stringify(c)}\n`).join('')}`,
  );
  return `version: 0.2\n${extra}phases:\n${parts.join('')}`;
}

/** The lines between `Running command` of the last command and the empty line behind its output. */
function outputOf(text: string[], command: string): string[] {
  const start = text.indexOf(`Running command ${command}`);
  return text.slice(start + 1, text.indexOf('', start));
}

describe('the log', () => {
  test('a build that succeeds prints what CodeBuild prints', async () => {
    const { text, phases, ended } = await runBuildspec(undefined, {
      files: { 'buildspec.yml': spec({ build: ['echo hello', 'true'] }) },
    });
    expect(ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(ended.artifact).toBeUndefined();
    expect(phases).toEqual([
      'DOWNLOAD_SOURCE SUCCEEDED',
      'INSTALL SUCCEEDED',
      'PRE_BUILD SUCCEEDED',
      'BUILD SUCCEEDED',
      'POST_BUILD SUCCEEDED',
      'UPLOAD_ARTIFACTS SUCCEEDED',
    ]);
    expect(text.slice(text.indexOf('Phases found in YAML: 1'))).toEqual([
      'Phases found in YAML: 1',
      ' BUILD: 2 commands',
      'Phase complete: DOWNLOAD_SOURCE State: SUCCEEDED',
      'Phase context status code:  Message: ',
      'Entering phase INSTALL',
      'Phase complete: INSTALL State: SUCCEEDED',
      'Phase context status code:  Message: ',
      'Entering phase PRE_BUILD',
      'Phase complete: PRE_BUILD State: SUCCEEDED',
      'Phase context status code:  Message: ',
      'Entering phase BUILD',
      'Running command echo hello',
      'hello',
      '',
      'Running command true',
      '',
      'Phase complete: BUILD State: SUCCEEDED',
      'Phase context status code:  Message: ',
      'Entering phase POST_BUILD',
      'Phase complete: POST_BUILD State: SUCCEEDED',
      'Phase context status code:  Message: ',
      'Phase complete: UPLOAD_ARTIFACTS State: SUCCEEDED',
      'Phase context status code:  Message: ',
    ]);
  });

  test('its lines carry a UTC time with microseconds', async () => {
    const at = Date.UTC(2024, 3, 21, 21, 6, 52, 675);
    const clock = { now: () => at, sleep: () => new Promise<void>(() => {}) };
    const { lines } = await runBuildspec(spec({}), { clock });
    expect(lines[0]).toBe('[Container] 2024/04/21 21:06:52.675000 Running on this machine');
  });

  test('a failed command is told with its command and exit status', async () => {
    const { text, events, ended } = await runBuildspec(
      spec({ build: ['echo before', 'sh -c "exit 42"', 'echo after'] }),
    );
    expect(ended.status).toBe('FAILED');
    const message = 'Error while executing command: sh -c "exit 42". Reason: exit status 42';
    expect(text).toContain('Command did not exit successfully sh -c "exit 42" exit status 42');
    expect(text).toContain(`Phase context status code: COMMAND_EXECUTION_ERROR Message: ${message}`);
    expect(text).toContain('Phase complete: BUILD State: FAILED');
    expect(text).not.toContain('after');
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'phase-ended',
        phase: 'BUILD',
        contexts: [{ code: 'COMMAND_EXECUTION_ERROR', message }],
      }),
    );
  });

  test('a command of several lines goes on without the prefix', async () => {
    const { lines } = await runBuildspec(spec({ build: ['echo one\necho two\n'] }));
    const at = lines.findIndex((line) => line.endsWith('Running command echo one'));
    expect(lines.slice(at + 1, at + 5)).toEqual(['echo two', 'one', 'two', '']);
  });

  test('stdout and stderr come in the order they were written, a last line without its end too', async () => {
    const { text } = await runBuildspec(
      spec({ build: ['echo 1; echo 2 >&2; echo 3; printf 4 >&2', 'printf 5'] }),
    );
    expect(outputOf(text, 'echo 1; echo 2 >&2; echo 3; printf 4 >&2')).toEqual(['1', '2', '3', '4']);
    expect(outputOf(text, 'printf 5')).toEqual(['5']);
  });

  test('commands can open /dev/stderr and have an empty stdin', async () => {
    const { text, ended } = await runBuildspec(spec({ build: ['echo x > /dev/stderr; wc -c | tr -d " "'] }));
    expect(outputOf(text, 'echo x > /dev/stderr; wc -c | tr -d " "')).toEqual(['x', '0']);
    expect(ended.status).toBe('SUCCEEDED');
  });
});

describe.each(['sh', 'bash'])('state in %s', (shell) => {
  const env = `env:\n  shell: ${shell === 'sh' ? '/bin/sh' : 'bash'}\n`;

  test('folder and variables live from command to command and from phase to phase', async () => {
    const { text } = await runBuildspec(
      spec(
        {
          pre_build: [
            'mkdir -p deep/er',
            'cd deep',
            `PLAIN="it's \\"so\\" \\$HOME
two"`,
            'export SHOWN=yes',
            'cd er',
          ],
          build: [
            'echo "$PLAIN|$SHOWN|${PWD##*/}"',
            'node -p "[process.env.PLAIN, process.env.SHOWN].join()"',
            'cd - >/dev/null; echo "${PWD##*/}"',
          ],
          post_build: ['unset SHOWN', 'echo "${SHOWN-unset}"'],
        },
        env,
      ),
    );
    expect(outputOf(text, 'echo "$PLAIN|$SHOWN|${PWD##*/}"')).toEqual([`it's "so" $HOME`, 'two|yes|er']);
    expect(outputOf(text, 'node -p "[process.env.PLAIN, process.env.SHOWN].join()"')).toEqual([',yes']);
    expect(outputOf(text, 'cd - >/dev/null; echo "${PWD##*/}"')).toEqual(['deep']);
    expect(outputOf(text, 'echo "${SHOWN-unset}"')).toEqual(['unset']);
  });

  test('exit and shell options end the command, not the build or the state', async () => {
    const { text, ended } = await runBuildspec(
      spec(
        {
          build: [
            'export KEPT=1; cd /; exit 0; echo not-reached',
            'set -eux; KEPT=2',
            'readonly FIXED=7',
            'trap "echo own trap" EXIT; KEPT=3',
            'echo "$KEPT $PWD $FIXED"',
            'set -e; KEPT=4; false; echo not-reached',
          ],
          post_build: ['echo "$KEPT"'],
        },
        env,
      ),
    );
    expect(outputOf(text, 'export KEPT=1; cd /; exit 0; echo not-reached')).toEqual([]);
    expect(outputOf(text, 'trap "echo own trap" EXIT; KEPT=3')).toEqual(['own trap']);
    expect(outputOf(text, 'echo "$KEPT $PWD $FIXED"')).toEqual(['3 / 7']);
    expect(text).toContain(
      'Command did not exit successfully set -e; KEPT=4; false; echo not-reached exit status 1',
    );
    expect(outputOf(text, 'echo "$KEPT"')).toEqual(['4']);
    expect(ended.status).toBe('FAILED');
  });

  test('exit 3 and a syntax error fail their command', async () => {
    const exit = await runBuildspec(spec({ build: ['exit 3'] }, env));
    expect(exit.text).toContain('Command did not exit successfully exit 3 exit status 3');
    const broken = await runBuildspec(spec({ build: ['if true; then'] }, env));
    expect(broken.text.join('\n')).toMatch(
      /Command did not exit successfully if true; then exit status [12]/,
    );
  });
});

test('bash keeps arrays and functions, and its own words work', async () => {
  const { text, ended } = await runBuildspec(
    spec(
      { build: ['list=(a "b c"); hi() { echo "hi $1"; }', '[[ ${#list[@]} == 2 ]] && hi "${list[1]}"'] },
      'env:\n  shell: bash\n',
    ),
  );
  expect(text).toContain('hi b c');
  expect(ended.status).toBe('SUCCEEDED');
});

describe('what follows a failure', () => {
  test.each([
    ['install', '', ['INSTALL FAILED']],
    ['pre_build', '', ['INSTALL SUCCEEDED', 'PRE_BUILD FAILED']],
    [
      'build',
      '',
      [
        'INSTALL SUCCEEDED',
        'PRE_BUILD SUCCEEDED',
        'BUILD FAILED',
        'POST_BUILD SUCCEEDED',
        'UPLOAD_ARTIFACTS SUCCEEDED',
      ],
    ],
    [
      'post_build',
      '',
      [
        'INSTALL SUCCEEDED',
        'PRE_BUILD SUCCEEDED',
        'BUILD SUCCEEDED',
        'POST_BUILD FAILED',
        'UPLOAD_ARTIFACTS SUCCEEDED',
      ],
    ],
    ['build', 'ABORT', ['INSTALL SUCCEEDED', 'PRE_BUILD SUCCEEDED', 'BUILD FAILED']],
    [
      'install',
      'CONTINUE',
      [
        'INSTALL FAILED',
        'PRE_BUILD SUCCEEDED',
        'BUILD SUCCEEDED',
        'POST_BUILD SUCCEEDED',
        'UPLOAD_ARTIFACTS SUCCEEDED',
      ],
    ],
  ])('%s, on-failure "%s"', async (phase, onFailure, expected) => {
    const { phases, ended } = await runBuildspec(
      `version: 0.2\nphases:\n  ${phase}:\n${onFailure === '' ? '' : `    on-failure: ${onFailure}\n`}    commands: ["false"]\n`,
    );
    expect(phases).toEqual(['DOWNLOAD_SOURCE SUCCEEDED', ...expected]);
    expect(ended.status).toBe('FAILED');
  });

  test('finally runs after a failure, knows of it, and its own failure counts', async () => {
    const failing = await runBuildspec(`version: 0.2
phases:
  build:
    commands: ["echo first $CODEBUILD_BUILD_SUCCEEDING", "false", "echo skipped"]
    finally: ["echo last $CODEBUILD_BUILD_SUCCEEDING"]
  post_build:
    commands: ["echo post $CODEBUILD_BUILD_SUCCEEDING"]
`);
    expect(failing.text.filter((line) => /^(first|last|post|skipped)/.test(line))).toEqual([
      'first 1',
      'last 0',
      'post 0',
    ]);
    const cleanup = await runBuildspec(
      'version: 0.2\nphases:\n  build:\n    commands: ["true"]\n    finally: ["exit 9"]\n',
    );
    expect(cleanup.phases).toContain('BUILD FAILED');
    expect(cleanup.text).toContain('Command did not exit successfully exit 9 exit status 9');
  });
});
