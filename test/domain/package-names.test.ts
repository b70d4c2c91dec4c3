import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binaryKinds,
  binaryName,
  hostilePath,
  packageMode,
  packagePath,
  packagePlatforms,
  packageRole,
  unsafePath,
} from '../../src/domain/package-names.ts';

describe('what belongs in a package', () => {
  it('knows the binaries of every platform', () => {
    for (const kind of binaryKinds) {
      for (const platform of packagePlatforms) {
        expect(packageRole(binaryName(kind, platform))).toEqual({ kind, platform });
      }
    }
    expect(binaryName('otel-helper', 'windows')).toBe('otel-helper-windows.exe');
  });

  it.each([
    ['install.sh', 'installer'],
    ['install.bat', 'installer'],
    ['config.json', 'config'],
    ['README.md', 'readme'],
    ['claude-settings/settings.json', 'settings'],
    ['.claude/settings.json', 'settings'],
    ['otel-helper.sh', 'companion'],
  ])('%s is %s', (path, kind) => {
    expect(packageRole(path)).toEqual({ kind });
  });

  it.each([
    'checksums.txt',
    'setup.py',
    'credential-process',
    'credential-process-solaris',
    'a/config.json',
    '',
  ])('%j does not belong', (path) => {
    expect(packageRole(path)).toBeUndefined();
  });

  it('takes extra files and what lies in extra folders, and nothing that only begins alike', () => {
    const extra = ['certs/', 'setup.ps1', '../evil', '/etc/passwd'];
    expect(packageRole('certs/root.pem', extra)).toEqual({ kind: 'extra' });
    expect(packageRole('setup.ps1', extra)).toEqual({ kind: 'extra' });
    expect(packageRole('certs-private/key.pem', extra)).toBeUndefined();
    expect(packageRole('../evil', extra)).toBeUndefined();
    expect(packageRole('/etc/passwd', extra)).toBeUndefined();
    expect(packageRole('checksums.txt', ['checksums.txt'])).toBeUndefined();
  });
});

describe('paths in a zip', () => {
  it.each([
    ['claude-code-package/install.sh', 'install.sh'],
    ['dist/config.json', 'config.json'],
    ['./install.sh', 'install.sh'],
    ['claude-settings\\settings.json', 'claude-settings/settings.json'],
    ['install.sh', 'install.sh'],
  ])('%s is %s in the package', (path, inner) => {
    expect(packagePath(path)).toBe(inner);
  });

  it.each(['claude-code-package/', 'dist/', '../install.sh', '/install.sh', 'C:\\install.bat', 'a//b', ''])(
    '%j is no file of a package',
    (path) => {
      expect(packagePath(path)).toBeUndefined();
    },
  );

  it.each([
    '../../etc/cron.d/x',
    'claude-code-package/../../x',
    '..\\x',
    '/etc/passwd',
    '\\\\server\\share',
    'c:/windows/x',
    'x\u001b[2Jy',
    'x\u0000y',
    'install\u202e.hs',
    'a'.repeat(401),
    'install.sh:evil',
    'config.json::$DATA',
    'credential-process-linux-x64.',
    'install.sh ',
    'certs./root.pem',
    'con',
    'certs/NUL.txt',
    'nul .txt',
    'CONIN$',
    'com¹',
    'a/./b',
    'dist//install.sh',
  ])('%j is hostile', (path) => {
    expect(hostilePath(path)).toEqual(expect.any(String));
    expect(unsafePath(path)).toEqual(expect.any(String));
  });

  it.each(['what?', 'a"b', 'folder\\name', `${'a/'.repeat(127)}ab`])(
    '%j can be no file on Windows, and is taken for no other',
    (path) => {
      expect(hostilePath(path)).toBeUndefined();
      expect(unsafePath(path)).toEqual(expect.any(String));
    },
  );

  it.each(['./', './install.sh', 'certs/', 'console.log', 'com10', '.claude/settings.json'])(
    '%j is nothing to be wary of',
    (path) => {
      expect(hostilePath(path)).toBeUndefined();
    },
  );

  it('gives no path that leaves its folder, whatever it is given', () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '',
      'a',
      'dist',
      'claude-code-package',
      'C:',
      '\\',
      '\u202e',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('/')),
        ),
        (path) => {
          const inner = packagePath(path);
          if (inner === undefined) return;
          expect(inner.split('/')).not.toContain('..');
          expect(inner).not.toMatch(/^\/|\\|^[a-z]:/i);
          expect(hostilePath(inner)).toBeUndefined();
        },
      ),
    );
  });
});

describe('permission bits', () => {
  it.each([
    ['credential-process-linux-x64', 0o600, 0o755],
    ['install.sh', 0o644, 0o755],
    ['install.bat', 0o600, 0o644],
    ['config.json', 0o600, 0o644],
    ['setup-extra', 0o4711, 0o755],
    ['otel-helper.cmd', 0, 0o644],
  ])('%s %o becomes %o', (path, from, to) => {
    expect(packageMode(path, from)).toBe(to);
  });
});
