import { describe, expect, it } from 'vitest';
import { checkPackage } from '../../src/domain/package-check.ts';

const file = (path: string, size = 10) => ({ path, size, origin: 'build p:1' });
const good = [file('credential-process-windows.exe'), file('otel-helper-windows.exe')];

describe('checking a package', () => {
  it('finds nothing wrong with what a build should leave', () => {
    expect(checkPackage(good, [{ id: 'p:1', target: 'windows' }])).toEqual([]);
  });

  it('names the binary that a succeeded build did not leave, and the build', () => {
    const [finding] = checkPackage(good.slice(0, 1), [{ id: 'p:1', target: 'windows' }]);
    expect(finding).toMatchObject({ severity: 'refuse', path: 'otel-helper-windows.exe' });
    expect(finding?.text).toContain('p:1');
  });

  it('refuses a package that signs nobody in', () => {
    const findings = checkPackage([file('install.sh')], [{ id: 'p:1', target: 'unknown' }]);
    expect(findings).toMatchObject([{ severity: 'refuse', path: 'credential-process-*' }]);
  });

  it('refuses empty files, but for the administrator’s own', () => {
    const findings = checkPackage([...good, file('install.bat', 0), file('certs/.keep', 0)], []);
    expect(findings).toMatchObject([
      { severity: 'refuse', path: 'install.bat' },
      { severity: 'note', path: 'certs/.keep' },
    ]);
  });

  it('refuses names that fall together on Windows', () => {
    const findings = checkPackage([...good, file('certs/a.pem'), file('certs/A.pem')], []);
    expect(findings).toMatchObject([{ severity: 'refuse', path: 'certs/A.pem' }]);
  });
});
