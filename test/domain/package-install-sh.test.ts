import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installSh } from '../../src/domain/package-install-sh.ts';
import { checksumsText } from '../../src/domain/package-layout.ts';

const here = `${platform() === 'darwin' ? 'macos' : 'linux'}-${arch() === 'arm64' ? 'arm64' : platform() === 'darwin' ? 'intel' : 'x64'}`;
const signIn = '#!/bin/sh\necho \'{"Version": 1, "AccessKeyId": "AKID", "Profile": "\'"$2"\'"}\'\n';

let root: string;
let home: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccwb-install-'));
  home = join(root, 'home');
  folder = join(root, 'claude-code-package');
  mkdirSync(home);
  mkdirSync(join(folder, 'claude-settings'), { recursive: true });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function writePackage(
  files: Record<string, string> = {},
  profiles = [{ name: 'ClaudeCode', region: 'eu-west-1' }],
) {
  const all: Record<string, string> = {
    'install.sh': installSh(profiles),
    [`credential-process-${here}`]: signIn,
    [`otel-helper-${here}`]: '#!/bin/sh\necho otel\n',
    'config.json': '{"ClaudeCode": {}}\n',
    'claude-settings/settings.json': '{"otelHeadersHelper": "__OTEL_HELPER_PATH__"}\n',
    ...files,
  };
  const sums = Object.entries(all).map(([path, text]) => {
    writeFileSync(join(folder, path), text);
    return { path, sha256: createHash('sha256').update(text).digest('hex') };
  });
  writeFileSync(join(folder, 'checksums.txt'), checksumsText(sums));
  chmodSync(join(folder, 'install.sh'), 0o755);
}

function install(env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(join(folder, 'install.sh'), {
    // Anywhere: the script finds its own folder.
    cwd: root,
    env: { HOME: home, PATH: '/usr/bin:/bin', ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const read = (path: string) => readFileSync(join(home, path), 'utf8');

describe.skipIf(platform() === 'win32')('install.sh', () => {
  it('installs the programs of this machine, the AWS profile and the settings, and signs in', () => {
    writePackage();
    const { status, stdout, stderr } = install();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Signing in works');
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

  it('changes nothing the second time', () => {
    writePackage();
    install();
    const before = [read('.aws/config'), read('.claude/settings.json')];
    expect(install().status).toBe(0);
    expect([read('.aws/config'), read('.claude/settings.json')]).toEqual(before);
  });

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
