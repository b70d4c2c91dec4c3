import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsJson } from '../../src/domain/package-config.ts';
import { installSh } from '../../src/domain/package-install-sh.ts';
import { checksumsText } from '../../src/domain/package-layout.ts';
import type { Deployment } from '../../src/domain/profile.ts';

const here = `${platform() === 'darwin' ? 'macos' : 'linux'}-${arch() === 'arm64' ? 'arm64' : platform() === 'darwin' ? 'intel' : 'x64'}`;
const signIn = '#!/bin/sh\necho \'{"Version": 1, "AccessKeyId": "AKID", "Profile": "\'"$2"\'"}\'\n';

const deployment: Deployment = {
  profile: { name: 'Acme', identityPoolName: 'p', stackNames: {}, extraFiles: [] },
  buildRegion: 'eu-west-1',
  region: 'eu-west-1',
  projects: [],
  parameterName: '/p',
};

let root: string;
let home: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccwb-install-'));
  home = join(root, 'home');
  folder = join(root, 'claude-code-package');
  mkdirSync(home);
  mkdirSync(join(folder, 'claude-settings'), { recursive: true });
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin/aws'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function writePackage(
  files: Record<string, string> = {},
  profiles = [{ name: 'ClaudeCode', region: 'eu-west-1' }],
  without: readonly string[] = [],
) {
  const all: Record<string, string> = {
    'install.sh': installSh(profiles),
    [`credential-process-${here}`]: signIn,
    [`otel-helper-${here}`]: '#!/bin/sh\necho otel\n',
    'config.json': '{"ClaudeCode": {}}\n',
    'claude-settings/settings.json': '{"otelHeadersHelper": "__OTEL_HELPER_PATH__"}\n',
    ...files,
  };
  for (const path of without) delete all[path];
  const sums = Object.entries(all).map(([path, text]) => {
    writeFileSync(join(folder, path), text);
    return { path, sha256: createHash('sha256').update(text).digest('hex') };
  });
  writeFileSync(join(folder, 'checksums.txt'), checksumsText(sums));
  chmodSync(join(folder, 'install.sh'), 0o755);
}

function install(
  env: Record<string, string> = {},
  shell: readonly string[] = [],
  script = join(folder, 'install.sh'),
) {
  const [program = '', ...args] = [...shell, script];
  const { status, stdout, stderr } = spawnSync(program, args, {
    // Anywhere: the script finds its own folder.
    cwd: root,
    // An aws program that answers nothing: the machine's own is slow, and asked by one test alone.
    env: { HOME: home, PATH: `${join(root, 'bin')}:/usr/bin:/bin`, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Shells of this machine that the script must be the same to. */
const shells = [
  ['/bin/sh'],
  ['/bin/dash'],
  ['/bin/bash', '--posix'],
  ['/bin/bash'],
  ['/bin/busybox', 'sh'],
  ['/bin/zsh'],
].filter(([path = '']) => existsSync(path));

/** Every file below the home with its mode and text. */
function everything(): Record<string, string> {
  const paths = readdirSync(home, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(home, path)).isFile()).sort();
  return Object.fromEntries(
    files.map((path) => [path, `${(statSync(join(home, path)).mode & 0o777).toString(8)} ${read(path)}`]),
  );
}

const read = (path: string) => readFileSync(join(home, path), 'utf8');

describe.skipIf(platform() === 'win32')('install.sh', () => {
  it('installs the programs of this machine, the AWS profile and the settings, and signs in', () => {
    writePackage();
    const { status, stdout, stderr } = install({ PATH: '/usr/bin:/bin' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Installed. Signing in works.');
    for (const name of ['credential-process', 'otel-helper']) {
      expect(statSync(join(home, 'claude-code-with-bedrock', name)).mode & 0o777).toBe(0o755);
    }
    expect(statSync(join(home, 'claude-code-with-bedrock/config.json')).mode & 0o777).toBe(0o600);
    expect(read('.aws/config')).toBe(
      `[profile ClaudeCode]\ncredential_process = ${home}/claude-code-with-bedrock/credential-process --profile ClaudeCode\nregion = eu-west-1\n`,
    );
    expect(JSON.parse(read('.claude/settings.json'))).toEqual({
      otelHeadersHelper: `${home}/claude-code-with-bedrock/otel-helper`,
    });
  });

  it.each(shells)(
    'is the same to %s %s, changes nothing the second and third time, and leaves nothing else',
    (...shell) => {
      home = join(root, 'a home of $USER’s');
      mkdirSync(join(home, '.aws'), { recursive: true });
      writeFileSync(join(home, '.aws/config'), '[profile x]\nregion = a\n');
      writePackage();
      const words = shell.filter((word) => word !== undefined);
      expect(install({}, words)).toMatchObject({ status: 0, stderr: '' });
      const first = everything();
      expect(Object.keys(first)).toEqual([
        '.aws/config',
        '.claude/settings.json',
        'claude-code-with-bedrock/config.json',
        'claude-code-with-bedrock/credential-process',
        'claude-code-with-bedrock/otel-helper',
      ]);
      for (const _ of [2, 3]) {
        expect(install({}, words).stdout).toContain('Signing in works');
        expect(everything()).toEqual(first);
      }
    },
  );

  it('keeps every byte of what else stands in the configuration, its mode and a link to it', () => {
    mkdirSync(join(home, '.aws'));
    const others =
      '# mine\n[default]\nregion=a\r\n\n[ profile  spaced ]\n  s3 =\n    max = 10\n[sso-session é]\nx = \t\n';
    writeFileSync(join(home, 'real-config'), others, { mode: 0o640 });
    symlinkSync(join(home, 'real-config'), join(home, '.aws/config'));
    writePackage();
    install();
    const text = read('real-config');
    expect(text.startsWith(`${others}\n[profile ClaudeCode]\n`)).toBe(true);
    expect(statSync(join(home, 'real-config')).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(home, '.aws/config')).isSymbolicLink()).toBe(true);
    install();
    expect(read('real-config')).toBe(text);
  });

  it('makes the configuration for its owner alone where there was none', () => {
    writePackage();
    install();
    expect(statSync(join(home, '.aws/config')).mode & 0o077).toBe(0);
  });

  it('names no helper in the settings that this platform does not have', () => {
    const text = settingsJson(deployment, 'ClaudeCode', true);
    writePackage({ 'claude-settings/settings.json': text }, undefined, [`otel-helper-${here}`]);
    expect(install().status).toBe(0);
    expect(JSON.parse(read('.claude/settings.json'))).toEqual({
      env: { AWS_REGION: 'eu-west-1', CLAUDE_CODE_USE_BEDROCK: '1', AWS_PROFILE: 'ClaudeCode' },
    });
  });

  it('says that it checks nothing where there are no checksums', () => {
    writePackage();
    rmSync(join(folder, 'checksums.txt'));
    expect(install().stdout).toContain('No checksums.txt: the files are not checked.');
  });

  it.each(['install.sh', 'config.json', 'claude-settings/settings.json'])(
    'installs nothing where %s is another or missing',
    (path) => {
      writePackage();
      const changed = `${readFileSync(join(folder, path), 'utf8')}\n`;
      writeFileSync(join(folder, path), changed);
      expect(install()).toMatchObject({ status: 1, stderr: expect.stringContaining(path) });
      if (path === 'install.sh') return;
      rmSync(join(folder, path));
      expect(install()).toMatchObject({ status: 1, stderr: expect.stringContaining('damaged or missing') });
      expect(readdirSync(home)).toEqual([]);
    },
  );

  it('replaces its lines of the profile and leaves everything else', () => {
    mkdirSync(join(home, '.aws'));
    writeFileSync(
      join(home, '.aws/config'),
      '[default]\nregion = us-east-1\n\n[profile ClaudeCode]\nregion = old\noutput = json\ncredential_process = old\n\n[profile ClaudeCode2]\nregion = us-east-2\n',
    );
    writePackage();
    expect(install().status).toBe(0);
    expect(read('.aws/config')).toBe(
      `[default]\nregion = us-east-1\n\n[profile ClaudeCode]\ncredential_process = ${home}/claude-code-with-bedrock/credential-process --profile ClaudeCode\nregion = eu-west-1\noutput = json\n\n[profile ClaudeCode2]\nregion = us-east-2\n`,
    );
  });

  it('sets up every profile, and quotes a home with a space', () => {
    home = join(root, 'a home');
    mkdirSync(home);
    writePackage({}, [
      { name: 'one', region: 'us-east-1' },
      { name: 'two', region: 'us-west-2' },
    ]);
    expect(install().status).toBe(0);
    const program = `"${home}/claude-code-with-bedrock/credential-process"`;
    expect(read('.aws/config')).toBe(
      `[profile one]\ncredential_process = ${program} --profile one\nregion = us-east-1\n\n[profile two]\ncredential_process = ${program} --profile two\nregion = us-west-2\n`,
    );
  });

  it('installs nothing of a damaged package, and names the file', () => {
    writePackage();
    writeFileSync(join(folder, `otel-helper-${here}`), 'something else');
    const { status, stderr } = install();
    expect(status).toBe(1);
    expect(stderr).toContain(`otel-helper-${here}`);
    expect(() => statSync(join(home, 'claude-code-with-bedrock'))).toThrow();
  });

  it.each(['otel-helper-linux-arm64', `otel-helper-${here}`, 'config.json', 'claude-settings/settings.json'])(
    'installs nothing where checksums.txt does not have %s, and names it',
    (path) => {
      writePackage({ 'otel-helper-linux-arm64': '#!/bin/sh\n' });
      const sums = readFileSync(join(folder, 'checksums.txt'), 'utf8').split('\n');
      const others = sums.filter((line) => !line.endsWith(`  ${path}`));
      expect(others).toHaveLength(sums.length - 1);
      writeFileSync(join(folder, 'checksums.txt'), others.join('\n'));
      expect(install()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(`${path} is not in checksums.txt`),
      });
      expect(readdirSync(home)).toEqual([]);
    },
  );

  it('finds its own folder whatever CDPATH says', () => {
    writePackage();
    const other = join(root, 'other/claude-code-package');
    mkdirSync(other, { recursive: true });
    const env = { CDPATH: join(root, 'other') };
    expect(install(env, ['/bin/sh'], 'claude-code-package/install.sh')).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('Signing in works.'),
    });
  });

  it('says what it has where it has nothing for this machine', () => {
    writePackage();
    rmSync(join(folder, `credential-process-${here}`));
    rmSync(join(folder, 'checksums.txt'));
    writeFileSync(join(folder, 'credential-process-windows.exe'), 'MZ');
    const { status, stderr } = install();
    expect(status).toBe(1);
    expect(stderr).toContain('credential-process-windows.exe');
  });

  it('keeps the user’s settings and puts the new ones beside', () => {
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude/settings.json'), '{"mine": true}');
    writePackage();
    const { status, stdout } = install();
    expect(status).toBe(0);
    expect(read('.claude/settings.json')).toBe('{"mine": true}');
    expect(read('.claude/settings.json.new')).toContain('otelHeadersHelper');
    expect(stdout).toContain('settings.json.new');
  });

  it('is installed all the same where signing in fails, and says so', () => {
    writePackage({ [`credential-process-${here}`]: '#!/bin/sh\nexit 1\n' });
    const { status, stdout } = install();
    expect(status).toBe(0);
    expect(stdout).toContain('signing in did not work');
  });

  it('leaves the sign-in out where asked', () => {
    writePackage({ [`credential-process-${here}`]: `#!/bin/sh\ntouch "${home}/signed-in"\n` });
    expect(install({ CCWB_SKIP_SIGN_IN: '1' }).stdout).toContain('not tested');
    expect(() => statSync(join(home, 'signed-in'))).toThrow();
  });

  it('writes the configuration where AWS_CONFIG_FILE points', () => {
    writePackage();
    install({ AWS_CONFIG_FILE: join(home, 'elsewhere/config') });
    expect(read('elsewhere/config')).toContain('[profile ClaudeCode]');
  });
});
