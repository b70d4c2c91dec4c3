import { describe, expect, it } from 'vitest';
import {
  checksumsText,
  isPackageKey,
  packageFolderStep,
  packageKey,
  packageStamp,
} from '../../src/domain/package-layout.ts';

describe('names of a package', () => {
  it('carry the time in UTC', () => {
    const stamp = packageStamp(Date.UTC(2026, 0, 2, 3, 4, 5, 999));
    expect(stamp).toBe('20260102-030405');
    expect(packageKey(stamp)).toBe('packages/20260102-030405/claude-code-package-20260102-030405.zip');
  });

  it('are recognised', () => {
    expect(isPackageKey(packageKey('20260102-030405'))).toBe(true);
    expect(isPackageKey('packages/20260102-030405/claude-code-package-20260102-030406.zip')).toBe(false);
    expect(isPackageKey('packages/windows/latest.zip')).toBe(false);
  });
});

describe('checksums.txt', () => {
  it('is sorted by code unit, as sha256sum writes it', () => {
    const text = checksumsText([
      { path: 'install.sh', sha256: 'b' },
      { path: 'README.md', sha256: 'a' },
      { path: 'claude-settings/settings.json', sha256: 'c' },
    ]);
    expect(text).toBe('a  README.md\nc  claude-settings/settings.json\nb  install.sh\n');
  });
});

describe('where the files of a folder lie', () => {
  const step = (names: string[]) => packageFolderStep(names, 'ClaudeCode', ['certs']);

  it('here, where a name of a package is here', () => {
    expect(step(['credential-process-windows.exe', '2026-01-01-000000'])).toEqual({ kind: 'here' });
    expect(step(['certs'])).toEqual({ kind: 'here' });
  });

  it('in the newest run', () => {
    const names = ['2026-01-09-101010', '2026-01-10-090909', 'notes', '2025-12-31-235959'];
    expect(step(names)).toEqual({ kind: 'descend', name: '2026-01-10-090909' });
  });

  it('in the folder of the profile, or of an unpacked package', () => {
    expect(step(['Other', 'ClaudeCode'])).toEqual({ kind: 'descend', name: 'ClaudeCode' });
    expect(step(['claude-code-package'])).toEqual({ kind: 'descend', name: 'claude-code-package' });
  });

  it('nowhere', () => {
    expect(step(['src', 'package.json'])).toBeUndefined();
    expect(step([])).toBeUndefined();
  });
});
