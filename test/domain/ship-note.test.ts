import { describe, expect, it } from 'vitest';
import {
  cmdInstall,
  installSystems,
  powershellInstall,
  shipNote,
  unixInstall,
} from '../../src/domain/ship-note.ts';

const facts = {
  url: 'https://bucket.s3.us-east-1.amazonaws.com/packages/x.zip?response-content-disposition=a%3B%20b&X-Amz-Signature=abc',
  expiresAt: Date.UTC(2026, 10, 22, 10, 30),
  expiryCause: 'credentials' as const,
  checksum: 'ab'.repeat(32),
  filename: 'claude-code-package-20261120-103000.zip',
  size: 30_123_456,
  verified: 'Read back through the link.',
  builds: ['p:1'],
  files: [{ path: 'credential-process-windows.exe' }, { path: 'credential-process-linux-x64' }],
};
const options = { place: 'aws', timeZone: 'Europe/Berlin' } as const;

describe('the ship note', () => {
  it('has the link whole on a line of its own', () => {
    expect(shipNote(facts, options).split('\n')).toContain(facts.url);
  });

  it('says when the link ends, here and in UTC, and why', () => {
    const note = shipNote(facts, options);
    expect(note).toContain('2026-11-22 11:30 (Europe/Berlin)');
    expect(note).toContain('2026-11-22 10:30 UTC, when the credentials that signed it end');
  });

  it('names size, sha256 and build', () => {
    const note = shipNote(facts, options);
    expect(note).toContain('30,123,456 bytes');
    expect(note).toContain(`sha256 ${facts.checksum}`);
    expect(note).toContain('p:1');
  });

  it('has commands for the systems in the package, and says which are not', () => {
    const note = shipNote({ ...facts, files: [{ path: 'credential-process-linux-x64' }] }, options);
    expect(note).toContain('./install.sh');
    expect(note).not.toContain('install.bat');
    expect(note).toContain('Holds nothing for Windows.');
    expect(shipNote(facts, options)).not.toContain('Holds nothing');
  });

  it('says that a link of the sandbox works here only', () => {
    expect(shipNote(facts, { ...options, place: 'sandbox' })).toContain('this machine only');
    expect(shipNote(facts, options)).not.toContain('this machine only');
  });

  it('ends with one line end', () => {
    expect(shipNote(facts, options)).toMatch(/[^\n]\n$/);
  });
});

describe('install commands', () => {
  it('check the sha256 on every system', () => {
    for (const make of [unixInstall, powershellInstall, cmdInstall]) {
      const command = make(facts.url, facts.checksum);
      expect(command).toContain(facts.url);
      expect(command).toContain(facts.checksum);
    }
  });

  it('are one line for cmd, in which the link is quoted once and no variable is named by it', () => {
    const command = cmdInstall(facts.url, facts.checksum);
    expect(command).not.toContain('\n');
    expect(command.length).toBeLessThan(8_191);
    expect(command).toContain(`"${facts.url}"`);
  });

  it('quote a link with an apostrophe', () => {
    expect(unixInstall("https://x/a'b", 'c')).toContain("'https://x/a'\\''b'");
    expect(powershellInstall("https://x/a'b", 'c')).toContain("'https://x/a''b'");
  });

  it('know which systems a package is for', () => {
    expect(installSystems([{ path: 'credential-process-macos-arm64' }])).toEqual({
      unix: true,
      windows: false,
    });
    expect(installSystems([{ path: 'otel-helper-linux' }])).toEqual({ unix: false, windows: false });
  });
});
